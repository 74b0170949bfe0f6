# Commands of the project. Needs Python 3.11 or newer and GNU make, nothing else.
#   make demo     install into .venv and try the program      make fuzz    100,000 odd inputs
#   make check    before each commit, under two minutes       make bench   what start-up and analysis cost
#   make test     everything CI runs                          make docs    write the generated files
#   make format   let the formatter write                     make lock    pin the tools anew

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
PYTEST := $(PY) -m pytest -n 2

.PHONY: demo check test format format-check lint types contracts fast slow fuzz bench docs \
        docs-check lock clean

demo: .venv/package.done
	@echo "== sysdesign check examples/twitter.yaml"
	@$(BIN)/sysdesign check examples/twitter.yaml
	@echo "== sysdesign explain examples/twitter.yaml home_timeline.peak_rate"
	@$(BIN)/sysdesign explain examples/twitter.yaml home_timeline.peak_rate
	@echo "== Try next, in this folder:"
	@echo "  $(BIN)/sysdesign estimate examples/twitter.yaml --load 10x"
	@echo "  $(BIN)/sysdesign new mine"
	@echo "  $(BIN)/sysdesign check mine.yaml"

check: format-check lint types contracts fast docs-check

test: check slow

format-check: .venv/tools.done
	$(PY) -m ruff format --check
lint: .venv/tools.done
	$(PY) -m ruff check
types: .venv/tools.done
	$(PY) -m mypy
contracts: .venv/tools.done
	$(BIN)/lint-imports
fast: .venv/tools.done
	$(PYTEST) --dist loadfile -m "not slow"
slow: .venv/tools.done
	$(PYTEST) --dist worksteal -m "slow or hypothesis"
docs-check: .venv/tools.done
	$(PY) -m tools.generate --check

format: .venv/tools.done
	$(PY) -m ruff check --fix-only
	$(PY) -m ruff format
docs: .venv/tools.done
	$(PY) -m tools.generate
fuzz: .venv/tools.done
	$(PY) -m tools.fuzz 100000
bench: .venv/tools.done
	$(PY) -m bench.startup
	$(PY) -m bench.analyze
	$(PY) -m bench.simulate
lock: .venv/tools.done
	$(PY) -m tools.lock

# One empty file each says that the environment is ready; what it depends on makes it stale.
.venv/made.done:
	@$(PYTHON) -c "import sys; sys.exit(None if sys.version_info >= (3, 11) else 'sysdesign needs Python 3.11 or newer; name one: make PYTHON=python3.13')"
	$(PYTHON) -m venv .venv
	@$(PY) -c "open('$@', 'w').close()"
.venv/package.done: .venv/made.done pyproject.toml
	$(PIP) --editable ".[all]"
	@$(PY) -c "open('$@', 'w').close()"
.venv/tools.done: .venv/package.done requirements-dev.lock
	$(PIP) --requirement requirements-dev.lock
	@$(PY) -c "open('$@', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, True) for d in ('.venv', 'build', 'dist', '.mypy_cache', '.ruff_cache', '.hypothesis', '.import_linter_cache')]"
