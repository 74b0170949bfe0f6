"""Every decision has two options or more, and no two of them are the same.

Why
---
Where there is one way only nothing is decided. The second option is what shows the price of the
first.

Flawed
------
    sysdesign: 1
    components: {posts: {kind: sql_database}}
    decisions:
      store: {about: [posts], options: {sql: {pros: [Any question can be asked.]}}, chosen: sql}

Sound
-----
    sysdesign: 1
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        about: [posts]
        options:
          sql: {pros: [Any question can be asked.]}
          files: {pros: [Nothing has to be run.]}
        chosen: sql

False alarms
------------
Options are the same where they say the same for and against and change the same of the file. An
option of which nothing at all is said does not count.

Source
------
four weighted steps: "Come up with at least two solutions"
"""

from sysdesign.design.later import Option
from sysdesign.review.rule import Outcomes, at, fails, holds, listed, rule
from sysdesign.source import written
from sysdesign.study import Study


@rule("DIV-03", nothing="no decision is written down")
def single_option(study: Study) -> Outcomes:
    """Count the options of each decision that differ."""
    for name, one in study.design.decisions.items():
        told = {option: _content(said) for option, said in one.options.items()}
        empty = [option for option, content in told.items() if not any(content)]
        full = {option: content for option, content in told.items() if any(content)}
        twins = [o for o, c in full.items() if list(full.values()).count(c) > 1]
        if len(set(full.values())) >= 2:
            yield holds(name, listed(list(full)), at(name))
            continue
        if twins:
            said = f"{listed(twins)} of {name} say the same, so there is one option only"
        elif empty:
            said = f"nothing is said of {listed(empty)}, so {name} has {len(full) or 'no'} option"
        else:
            said = f"{name} has {'one option' if full else 'no options'} only" if full else (
                f"{name} has no options")  # fmt: skip
        yield fails(
            name,
            said,
            one.at("options") if one.options else at(name),
            f"write a second way under {name}.options, with pros, cons and a change",
        )


def _content(option: Option) -> tuple[str, ...]:
    """What is said of an option, in words that can be compared; a pick and a rest may both be
    without a change.
    """
    texts = (" | ".join(_plain(text) for text in some) for some in (option.pros, option.cons))
    return (*texts, written(option.change) if option.change is not None else "")


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
