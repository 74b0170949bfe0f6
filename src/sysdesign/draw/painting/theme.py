"""The colours: one name, a value in the light and one in the dark scheme.

Every ink can be read on every surface: contrast at least 4.5 to 1 (W3C, Web Content Accessibility
Guidelines 2.2, success criterion 1.4.3), which a test works out for each pair.
"""

from enum import Enum


class Theme(Enum):
    """`AUTO` follows the reader's scheme; the others are fixed."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


# Behind text.
SURFACES: dict[str, tuple[str, str]] = {
    "canvas": ("#ffffff", "#0e1521"),
    "card": ("#ffffff", "#1b2636"),
    "card-accent": ("#eef1ff", "#20294d"),
    "card-good": ("#effaf4", "#14302a"),
    "card-warning": ("#fff8e6", "#352a14"),
    "card-bad": ("#fff0ef", "#3b1f24"),
    "card-muted": ("#f7f8fa", "#151e2b"),
    "behind": ("#f1f4f9", "#141d2a"),
    "region": ("#f5f7fb", "#131c2a"),
    "zone": ("#ecf0f7", "#182334"),
    "group": ("#fafbfd", "#111a27"),
    "system": ("#fbfbff", "#101829"),
    "heat0": ("#eefaf6", "#172b34"),  # what has no measure is a card, and white
    "heat1": ("#d5f2e8", "#173d3a"),
    "heat2": ("#fff0c2", "#40320d"),
    "heat3": ("#ffe0c2", "#4d2c0d"),
    "heat4": ("#ffd9d5", "#561c1f"),
}
# Text.
INKS: dict[str, tuple[str, str]] = {
    "ink": ("#121a2b", "#eaeff7"),
    "soft": ("#4d5a70", "#b4c0d1"),
    "ink-accent": ("#3a36b8", "#b9c0ff"),
    "ink-good": ("#0b6045", "#7fe0b8"),
    "ink-warning": ("#7d4300", "#ffcf7a"),
    "ink-bad": ("#a81c1c", "#ffb3ae"),
}
# Strokes and fills without text on them.
STROKES: dict[str, tuple[str, str]] = {
    "edge": ("#8a96aa", "#66748b"),
    "edge-accent": ("#5753d9", "#8b90f8"),
    "edge-good": ("#16805c", "#3fb98c"),
    "edge-warning": ("#b8690a", "#d99a35"),
    "edge-bad": ("#d03434", "#ef6f6b"),
    "edge-muted": ("#b4bdcb", "#465267"),
    "frame-region": ("#b9c3d3", "#36445a"),
    "frame-zone": ("#b3bed0", "#43536c"),
    "frame-group": ("#cfd6e1", "#303d51"),
    "frame-system": ("#8583e0", "#5f64c4"),
    "frame-trust": ("#c2453f", "#e0736d"),
    "line": ("#66738a", "#8d9bb1"),
    "track": ("#e1e6ee", "#303c4e"),
    "meter0": ("#4aa795", "#4a9c8c"),
    "meter1": ("#14866e", "#3fbf9e"),
    "meter2": ("#c98a06", "#e0ab32"),
    "meter3": ("#d9670f", "#ee8a3c"),
    "meter4": ("#cf2f2f", "#f26b67"),
}
# Filled badges: the fill and the text on it belong together.
BADGES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "neutral": (("#47546a", "#ffffff"), ("#b4c0d1", "#0e1521")),
    "accent": (("#4a46cc", "#ffffff"), ("#a3aaff", "#0e1521")),
    "good": (("#0f7452", "#ffffff"), ("#6fd6ac", "#0e1521")),
    "warning": (("#96560a", "#ffffff"), ("#f2bb5c", "#0e1521")),
    "bad": (("#b92525", "#ffffff"), ("#ff9c97", "#0e1521")),
    "muted": (("#5f6b80", "#ffffff"), ("#8d9bb1", "#0e1521")),
}
TONES = ("neutral", "accent", "good", "warning", "bad", "muted")
HEAT_STEPS = (0.5, 0.7, 0.85, 1.0)
FAMILY = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def heat_step(heat: float) -> int:
    """0 (half idle) to 4 (full) of a utilisation."""
    return sum(heat >= step for step in HEAT_STEPS)


def tokens() -> dict[str, tuple[str, str]]:
    """All colours by name: (light, dark)."""
    found = {**SURFACES, **INKS, **STROKES}
    for tone, (light, dark) in BADGES.items():
        found[f"badge-{tone}"] = (light[0], dark[0])
        found[f"badge-ink-{tone}"] = (light[1], dark[1])
    return found


def _suffix(tone: str) -> str:
    return "" if tone == "neutral" else f"-{tone}"


def _rules() -> dict[str, tuple[tuple[str, str], ...]]:
    """Classes of the painter: properties whose values are names of colours, or plain CSS."""
    rules: dict[str, tuple[tuple[str, str], ...]] = {"canvas": (("fill", "@canvas"),)}
    for ink in INKS:
        rules[f"t-{ink}"] = (("fill", f"@{ink}"),)
    for name in SURFACES:
        rules[f"s-{name}"] = (("fill", f"@{name}"),)
        rules[f"h-{name}"] = (("fill", "none"), ("stroke", f"@{name}"))
    for tone in TONES:
        ink = "soft" if tone == "muted" else "ink-accent" if tone == "neutral" else f"ink-{tone}"
        line = "line" if tone == "neutral" else f"edge{_suffix(tone)}"
        rules[f"card-{tone}"] = (
            ("fill", f"@card{_suffix(tone)}"), ("stroke", f"@edge{_suffix(tone)}"),
        )  # fmt: skip
        rules[f"back-{tone}"] = (("fill", "@behind"), ("stroke", f"@edge{_suffix(tone)}"))
        rules[f"detail-{tone}"] = (("fill", "none"), ("stroke", f"@edge{_suffix(tone)}"))
        rules[f"icon-{tone}"] = (("fill", "none"), ("stroke", f"@{ink}"))
        rules[f"line-{tone}"] = (("fill", "none"), ("stroke", f"@{line}"))
        rules[f"head-{tone}"] = (("fill", f"@{line}"), ("stroke", f"@{line}"))
        rules[f"badge-{tone}"] = (("fill", f"@badge-{tone}"),)
        rules[f"badge-ink-{tone}"] = (("fill", f"@badge-ink-{tone}"),)
        rules[f"cell-{tone}"] = (("fill", "@behind"), ("stroke", f"@edge{_suffix(tone)}"))
    for step in range(len(HEAT_STEPS) + 1):
        edge = "edge" if step < 2 else f"meter{step}"  # only what is hot draws the eye
        rules[f"heat-{step}"] = (("fill", f"@heat{step}"), ("stroke", f"@{edge}"))
        rules[f"detail-heat{step}"] = (("fill", "none"), ("stroke", f"@{edge}"))
        rules[f"back-heat{step}"] = (("fill", "@behind"), ("stroke", f"@{edge}"))
        rules[f"meter-{step}"] = (("fill", f"@meter{step}"),)
    rules["track"] = (("fill", "@track"),)
    for style in ("region", "zone", "group", "system"):
        rules[f"frame-{style}"] = (("fill", f"@{style}"), ("stroke", f"@frame-{style}"))
    rules["frame-trust"] = (("fill", "none"), ("stroke", "@frame-trust"))
    rules["mark-trust"] = (("fill", "none"), ("stroke", "@frame-trust"))
    rules["rule"] = (("fill", "none"), ("stroke", "@frame-group"))
    return rules


RULES = _rules()


def scope(theme: Theme) -> str:
    """The class of the whole; a page may hold pictures of several themes."""
    return "sd" if theme is Theme.AUTO else f"sd-{theme.value}"


def style_sheet(used: frozenset[str], theme: Theme) -> str:
    """The style of the classes that occur; both schemes in one, unless one is fixed."""
    rules = {name: rule for name, rule in RULES.items() if name in used}
    wanted = frozenset(v[1:] for rule in rules.values() for _, v in rule if v.startswith("@"))
    colours = {name: pair for name, pair in tokens().items() if name in wanted}
    if theme is not Theme.AUTO:
        which = 1 if theme is Theme.DARK else 0
        values = {name: pair[which] for name, pair in colours.items()}
        return "".join(
            f".{scope(theme)} .{name}{{{_declared(rule, values)}}}" for name, rule in rules.items()
        )
    light = ";".join(f"--sd-{name}:{pair[0]}" for name, pair in colours.items())
    dark = ";".join(f"--sd-{name}:{pair[1]}" for name, pair in colours.items())
    body = "".join(
        f".sd .{name}{{{_declared(rule, {n: f'var(--sd-{n})' for n in colours})}}}"
        for name, rule in rules.items()
    )
    return (
        f".sd{{color-scheme:light dark;{light}}}"
        f"@media (prefers-color-scheme:dark){{.sd{{{dark}}}}}"
        f"[data-theme=light] .sd{{{light}}}[data-theme=dark] .sd{{{dark}}}{body}"
    )


def _declared(rule: tuple[tuple[str, str], ...], values: dict[str, str]) -> str:
    return ";".join(f"{key}:{values[v[1:]] if v.startswith('@') else v}" for key, v in rule)
