"""A page that shows all pictures of a design: plain HTML beside the SVG files."""

from collections.abc import Sequence
from html import escape

from sysdesign.records import dataclass
from sysdesign.study import Study

_STYLE = """\
:root{color-scheme:SCHEME;--ground:#fff;--ink:#121a2b;--soft:#4d5a70;--rule:#cfd6e1}
DARKbody{margin:0 auto;max-width:80rem;padding:2rem 1.25rem 4rem;background:var(--ground);
color:var(--ink);font:16px/1.5 Inter,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:3rem 0 .5rem}
p,figcaption{color:var(--soft);margin:0 0 1rem}nav{display:flex;flex-wrap:wrap;gap:.35rem 1rem}
a{color:inherit}figure{margin:0 0 2rem}img{max-width:100%;height:auto;border:1px solid var(--rule);
border-radius:8px}"""
_DARK = ":root{--ground:#0e1521;--ink:#eaeff7;--soft:#b4c0d1;--rule:#303d51}"


@dataclass(frozen=True, slots=True)
class Name:
    """One picture of a design, and the file that holds it where all are written."""

    view: str
    id: str
    group: str
    summary: str
    file: str

    @property
    def title(self) -> str:
        """What the picture is called: `sequence: home_timeline`."""
        return ": ".join(filter(None, (self.view, self.id or self.group)))


def page(study: Study, names: Sequence[Name], theme: str = "auto") -> str:
    """One HTML document without scripts; a click on a picture opens it, and there its boxes."""
    title = escape(str(study.design.problem.name or study.source.name.rpartition("/")[2]))
    views: dict[str, list[Name]] = {}
    for name in names:
        views.setdefault(name.view, []).append(name)
    links = " ".join(f'<a href="#{escape(v)}">{escape(v)}</a>' for v in views)
    body = "\n".join(_section(view, some) for view, some in views.items())
    load = f" at {study.load:g}x the peak" if study.load != 1 else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: pictures</title>\n<style>{_style(theme)}</style></head>\n<body>\n"
        f"<h1>{title}</h1>\n<p>{len(names)} pictures{load}. A click opens one.</p>\n"
        f"<nav>{links}</nav>\n{body}\n</body></html>\n"
    )


def _section(view: str, names: Sequence[Name]) -> str:
    figures = "\n".join(_figure(name) for name in names)
    said = escape(names[0].summary)
    return f'<h2 id="{escape(view)}">{escape(view)}</h2>\n<p>{said}</p>\n{figures}'


def _figure(name: Name) -> str:
    shown = escape(name.id or name.group)
    caption = f"<figcaption>{shown}</figcaption>" if shown else ""
    return (
        f'<figure>{caption}<a href="{name.file}">'
        f'<img src="{name.file}" alt="{escape(name.title)}" loading="lazy"></a></figure>'
    )


def _style(theme: str) -> str:
    dark = {"auto": f"@media (prefers-color-scheme:dark){{{_DARK}}}", "dark": _DARK}.get(theme, "")
    scheme = "light dark" if theme == "auto" else theme
    return _STYLE.replace("SCHEME", scheme).replace("DARK", f"{dark}\n" if dark else "")
