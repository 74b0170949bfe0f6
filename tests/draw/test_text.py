"""Widths are those of the font, lines fit, and no character breaks a picture."""

import itertools
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sysdesign.draw.font
from sysdesign.draw.face import TEXT_ROOM, face, frame_title, label_lines, label_size
from sysdesign.draw.records import Frame, Node, Shape
from sysdesign.draw.text import clean, cut, known, width, wrapped

FOLDER = Path(sysdesign.draw.font.__file__).parent


def advances(name):
    """Widths of characters in thousandths, read from the font file by the OpenType specification."""
    raw = (FOLDER / name).read_bytes()
    (count,) = struct.unpack(">H", raw[4:6])
    tables = {
        raw[i : i + 4]: struct.unpack(">II", raw[i + 8 : i + 16])
        for i in range(12, 12 + 16 * count, 16)
    }
    (per_em,) = struct.unpack(">H", raw[tables[b"head"][0] + 18 :][:2])
    (metrics,) = struct.unpack(">H", raw[tables[b"hhea"][0] + 34 :][:2])
    start = tables[b"hmtx"][0]
    wide = [struct.unpack(">H", raw[start + 4 * g :][:2])[0] for g in range(metrics)]
    cmap = tables[b"cmap"][0]
    found = {}
    for i in range(struct.unpack(">H", raw[cmap + 2 :][:2])[0]):
        (offset,) = struct.unpack(">I", raw[cmap + 8 + 8 * i :][:4])
        t = cmap + offset
        if struct.unpack(">H", raw[t:][:2])[0] == 4:
            n = struct.unpack(">H", raw[t + 6 :][:2])[0] // 2
            ends, starts, deltas, ranges = (
                struct.unpack(f">{n}H", raw[t + 14 + 2 * n * k + 2 * (k > 0) :][: 2 * n])
                for k in range(4)
            )
            for s in range(n):
                for code in range(starts[s], min(ends[s], 0xFFFE) + 1):
                    glyph = code
                    if ranges[s]:
                        at = t + 16 + 6 * n + 2 * s + ranges[s] + 2 * (code - starts[s])
                        (glyph,) = struct.unpack(">H", raw[at:][:2])
                    glyph = (glyph + deltas[s]) & 0xFFFF
                    found[code] = 1000 * wide[min(glyph, metrics - 1)] / per_em
    return found


@pytest.mark.parametrize(
    ("name", "strong"), [("Inter-Regular.otf", False), ("Inter-SemiBold.otf", True)]
)
def test_widths_are_those_of_the_font(name, strong):
    found = advances(name)
    assert len(found) > 550
    for code, wide in found.items():
        assert width(chr(code), 1000, strong=strong) == pytest.approx(wide, abs=0.51), hex(code)


def test_the_font_is_free_and_small():
    files = sorted(FOLDER.glob("*.otf"))
    assert sum(f.stat().st_size for f in files) < 150_000
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text("utf-8")


def test_languages():
    for text in (
        "Größe",
        "façade",
        "Łódź",
        "İstanbul",
        "Ελλάδα",
        "Сервис",
        "a → b",
        "×3 · 95% ≤ 2 µs …",
    ):
        assert all(known(c) for c in text), text


def test_what_the_font_lacks_is_wide_enough():
    assert width("数据库", 10) == 30
    assert width("데이터", 10) == 30
    assert width("e\u0301", 10) == width("e", 10)
    assert width("🙂", 10) == 14
    assert width("ກ", 10) == pytest.approx(6.4)


any_text = st.text(st.characters(), max_size=80)


@given(any_text, st.floats(10, 300), st.integers(1, 4))
def test_lines_fit(text, room, most):
    lines = wrapped(text, 11, room, most)
    assert 1 <= len(lines) <= most
    for line in lines:
        assert width(line, 11) <= room or len(line) <= 2


@given(any_text)
def test_nothing_is_lost_that_fits(text):
    assert cut(clean(text), 11, 1e9) == clean(text)
    assert "".join(wrapped(text, 11, 200, 999)).replace(" ", "") == clean(text).replace(" ", "")


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_clean_is_clean(text):
    found = clean(text)
    assert clean(found) == found
    found.encode()
    assert not any(
        ord(c) < 32 or 0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in found
    )


@given(
    any_text,
    any_text,
    st.sampled_from(Shape),
    st.lists(any_text, max_size=9),
    st.integers(1, 10**9),
    st.integers(1, 10**9),
)
def test_faces_hold_their_text(title, subtitle, shape, lines, replicas, shards):
    node = Node(
        "a",
        title,
        subtitle,
        shape,
        lines=tuple(lines),
        replicas=replicas,
        shards=shards,
        heat=0.3,
        badge=title,
    )
    found = face(node)
    assert found.card.width <= found.width < 420
    for run in found.runs:
        assert run.x >= 0
        assert run.x + run.width <= found.card.width
        assert 0 < run.y < found.card.height
    rows = sorted(run.y for run in found.runs if run.text and run.ink == "ink")
    assert all(b - a >= 14 for a, b in itertools.pairwise(rows))


@given(any_text)
def test_labels_and_titles_are_bounded(text):
    assert all(size < 170 for size in label_size(label_lines(text) or ("",)))
    last = frame_title(Frame("f", text, text))[-1]
    assert last.x + last.width < 580


def test_a_long_title_is_broken_then_cut():
    found = face(
        Node("a", "The service that sends all reports to everyone who has ever asked for one")
    )
    titles = [run for run in found.runs if run.strong]
    assert len(titles) == 2
    assert titles[1].text.endswith("…")
    assert all(run.width <= TEXT_ROOM for run in titles)
