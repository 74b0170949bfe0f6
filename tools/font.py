"""Cut the drawing font from Inter and write its table of widths: `python -m tools.font FOLDER`.

FOLDER holds `Inter-Regular.otf` and `Inter-SemiBold.otf` (version 3.019, https://rsms.me/inter,
SIL Open Font License 1.1). Needs fonttools, which nothing else here does. Kerning is dropped on
purpose: a text is then exactly as wide as the sum of its characters in the table.
"""

import sys
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent.parent / "src" / "sysdesign" / "draw" / "font"
WEIGHTS = {"regular": "Inter-Regular.otf", "strong": "Inter-SemiBold.otf"}
RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin-1, Latin Extended-A
    (0x218, 0x21B),  # Romanian
    (0x386, 0x3CE),  # Greek
    (0x400, 0x45F),  # Cyrillic
    (0x490, 0x491),
    (0x2010, 0x2027),  # dashes, quotes, dots
    (0x2030, 0x203A),
    (0x2070, 0x208E),  # powers and indices
    (0x20AC, 0x20AC),
    (0x2113, 0x2122),
    (0x2190, 0x2199),  # arrows
    (0x2200, 0x22A5),  # signs of mathematics
    (0x25A0, 0x25CF),
    (0x2713, 0x2717),
    (0xFFFD, 0xFFFD),
)
HEADER = '''"""Widths of the characters of our font, in thousandths of its size. By tools/font.py.

Source: Inter 3.019, The Inter Project Authors, SIL Open Font License 1.1.
"""

# A line is a run: its first character in hexadecimal, then the widths of it and those after it.
'''


def wanted() -> list[int]:
    return [code for first, last in RANGES for code in range(first, last + 1)]


def subset(source: Path, target: Path) -> dict[int, int]:
    """Write the characters wanted of a font; returns their widths in thousandths."""
    from fontTools import subset as tool

    options = tool.Options(
        layout_features=[],
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 16, 17],
        recalc_timestamp=False,
    )
    font: Any = tool.load_font(str(source), options)
    cutter = tool.Subsetter(options)
    cutter.populate(unicodes=wanted())
    cutter.subset(font)
    tool.save_font(font, str(target), options)
    per_em, widths = font["head"].unitsPerEm, font["hmtx"]
    glyphs = font.getBestCmap()
    return {code: round(1000 * widths[glyphs[code]][0] / per_em) for code in sorted(glyphs)}


LONGEST = 20  # characters of a run on one line


def line(first: int, widths: list[int]) -> str:
    return " ".join([f"{first:04X}", *map(str, widths)])


def runs(table: dict[int, int]) -> list[tuple[int, list[int]]]:
    found: list[tuple[int, list[int]]] = []
    for code, width in table.items():
        if found and found[-1][0] + len(found[-1][1]) == code and len(found[-1][1]) < LONGEST:
            found[-1][1].append(width)
        else:
            found.append((code, [width]))
    return found


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0])
    text = HEADER
    for name, file in WEIGHTS.items():
        target = PLACE / file
        table = subset(folder / file, target)
        body = "\n".join(line(first, widths) for first, widths in runs(table))
        text += f'{name.upper()} = """\\\n{body}\n"""\n'
        print(f"{file}: {len(table)} characters, {target.stat().st_size} bytes")
    (PLACE / "widths.py").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
