"""No text of a file becomes anything but text; the page asks nobody for anything."""

import re
from functools import cache
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sysdesign.report import html_of, markdown_of
from sysdesign.report.document import (
    Axis,
    Bar,
    Bars,
    Bullets,
    Code,
    Column,
    Curve,
    Document,
    Facts,
    Formula,
    Goto,
    Guide,
    Mark,
    Note,
    Paragraph,
    Picture,
    Plot,
    Row,
    Section,
    Soft,
    Span,
    Spot,
    Strong,
    Table,
    Tile,
    Tiles,
    Waterfall,
)
from tests.report.pages import Element, bench_of, document, of, page, parsed

HOSTILE = (
    "<script>alert(1)</script>", '" onmouseover="alert(1)', "' onfocus='alert(1)",
    "</title><script src=//evil.example/x.js></script>", "]]><img src=x onerror=alert(1)>",
    "<!-- --><iframe src=https://evil.example>", "</style><style>@import url(//evil.example)",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "https://a.example/\"onclick=x",
    "https://a.example/<script>", "&lt;script&gt;", "&#60;script&#62;", "`<svg/onload=alert(1)>`",
    "a | b || c", "[x](javascript:alert(1))", "![x](https://evil.example/p.png)", "<https://evil.example>",
    "# no heading", "- no list", "1. no list", "> no quote", "***", "~~~", "```", "\\", "\\|", "$x$",
    "\u202egnp.exe", "tab\there", "two\nlines", "|", "--- | ---", "<br>", "</table></main>", "*a* _b_ ~~c~~",
)  # fmt: skip


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
TAGS = words(
    "html head meta title style body a div header p h1 h2 h3 h4 h5 h6 nav ol ul li "
    "main section dl dt dd table caption thead tbody tr th td span strong code br wbr "
    "figure figcaption svg desc g line path rect text footer i details summary "
    "clippath circle ellipse polygon polyline tspan marker defs"
)


def everything(text: str) -> Document:
    """A document with a text in every place that takes one."""
    line = (text, " ", Code(text), Formula(text), Strong(text), Soft(text), Mark(text, "bad"),
            Goto(text, "a", "A"))  # fmt: skip
    bar = Bar(1, text, text, 0.0, 1.0, 0.5, 1.0, True)
    plot = Plot(
        text, Axis(text, "factor"), Axis(text, "seconds", last=2.0, unit=text),
        (Curve(text, ((1.0, 1.0), (2.0, 3.0)), ((1.0, 0.5, 1.5), (2.0, 2.0, 4.0))), Curve(text, ((1.0, 2.0),))),
        (Spot(text, 1.2, 0.4, chosen=True), Spot(text, 1.2, 0.4), Spot(text, 1.8, 0.4)),
        (Guide(1.0, text),), (Guide(1.5, text),), (Span(1.1, 1.2, text),),
    )  # fmt: skip
    bars = Bars(text, Axis(text, "number", unit=text), (text, text),
                (Row(text, (1.0, None)), Row(text, (None, None)), Row(text, (2.0, 1.0), (1.0, 4.0))),
                levels=(Guide(1.5, text),))  # fmt: skip
    marks = Bars(text, Axis(text, "seconds", log=True), (text,), (Row(text, (1.0,)),), "marks")
    picture = Picture(
        text,
        '<svg role="img" aria-label="x" width="9" height="9"/>',
        Table(text, (Column(text),), ((text,),)),
    )
    table = Table(
        text, (Column(text), Column(text, "right")), ((line, text), (text, line)), prose=True
    )
    blocks = (
        Paragraph(line), Paragraph(text), Note(line, "bad"), Bullets((line, text)), Facts(((text, line),)),
        Tiles((Tile(text, text, text, "good"),)), table, Waterfall(text, 1.0, (bar,), 2), plot, bars, marks, picture,
    )  # fmt: skip
    return Document(text, (line, text), Section("summary", text), (Section("a", text, blocks),))


def shown(text: str) -> str:
    """What a reader sees of a text: white space is one space."""
    return " ".join(text.split())


def check_harmless(html: str) -> Element:
    """Only what the writer means is a tag, an attribute or a style; the page, taken apart."""
    whole = parsed(html)
    assert {one.tag for one in whole.all()} <= TAGS
    for one in whole.all():
        for name, value in one.attributes.items():
            assert not name.startswith("on"), name
            assert name not in (
                "src",
                "srcdoc",
                "action",
                "formaction",
                "srcset",
                "xlink:href",
                "background",
            )
            if name == "href":
                assert one.tag == "a"
                assert re.match(r"(#[\w-]+|https?://|mailto:)", value), value
            if name == "style":
                assert re.fullmatch(r"padding-left:[\d.]+rem|--wide:[\d.]+px", value), value
    for style in whole.all("style"):
        assert not re.search(r"@import|url\(|</", style.text)
        # Every text within is a string that ends where it is meant to.
        assert re.fullmatch(r'(?:[^"\\]|"(?:[^"\\\n]|\\[0-9a-f]{6})*")*', style.text)
    return whole


@given(TEXTS)
def test_any_text_stays_text_on_the_page(text):
    html = html_of(everything(text))
    whole = check_harmless(html)
    if all(c.isprintable() or c in "\t\n" for c in text) and not re.search(
        r"\s", text.strip("\t\n ")
    ):
        clean = text.strip()
        assert shown(whole.all("title")[0].text) == shown(f"{clean}: design report")
        assert shown(whole.all("h1")[0].text) == clean
        assert whole.all("code")[0].text.strip() == clean
    assert "\u202e" not in html
    for link in whole.all("a"):  # its addresses are those of the text
        address = link.attributes["href"]
        assert address.startswith("#") or (address in text and address == link.text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.mostly_slow(12)
def test_hostile_texts_of_a_file_are_harmless(text):
    said = (
        '"'
        + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        + '"'
    )
    said = said.replace("\u202e", "\\u202e")
    bench = bench_of(f"""\
sysdesign: 1
problem:
  name: {said}
  why: {said}
  owner: {said}
  questions: [{{ask: {said}, answer: {said}}}]
  actors: {{caller: {{primary: true, wants: {said}}}}}
assumptions: {{users: {{value: 10 .. 20 user, source: {said}, why: {said}}}}}
requirements:
  functional: {{ask_it: {{priority: must, accept: {said}, by: ask, source: {said}}}}}
  quality: {{safe: {{class: security, accept: {said}}}}}
  out_of_scope: [{said}]
operations:
  ask: {{api: {said}, actor: caller, rate: users * 1 req/user/s, returns: {said}, errors: [{said}],
         auth: {said}, idempotent: {said}, path: [web]}}
data:
  thing: {{store: web_db, size: 1 kB, purpose: {said}, patterns: {{{said}: {{index: [id], used_by: [ask]}}}}}}
components:
  web: {{kind: service, does: {said}, why: {said}, part_of: {said}, owner: {said}}}
  web_db: {{kind: sql_database}}
decisions:
  one: {{question: {said}, options: {{left: {{pros: [{said}], cons: [{said}]}}}}, chosen: left, because: {said}}}
security:
  threats: {{theft: {{of: web, kind: spoofing, state: accepted, why: {said}, who: {said}}}}}
observability: {{logs: {{where: {said}}}, alerts: {{loud: {{page: {said}, runbook: {said}}}}}}}
shortcomings: {{slow: {{what: {said}, owner: {said}}}}}
parked: {{later: {{point: {said}, answer: {said}}}}}
accept: {{REQ-04@security: {{why: {said}, who: {said}, until: 2030}}}}
""")
    document = of(bench)
    html = html_of(document)
    whole = check_harmless(html)
    expected = shown(text.replace("\u202e", "\N{REPLACEMENT CHARACTER}"))
    for id_ in ("functional", "questions", "shortcomings", "parked", "interface", "components",
                "decision-one", "security", "observability", "accepted", "data"):  # fmt: skip
        assert expected in shown(whole.section(id_).text), id_
    check_marked(markdown_of(document))


@pytest.mark.parametrize("name", ["start", "url_shortener"])
def test_the_examples_are_harmless(name):
    whole = page(name)
    policy = [
        m for m in whole.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy[0].attributes["content"].startswith("default-src 'none'")


# -- Markdown --------------------------------------------------------------------------------------

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKED = words(
    "h1 h2 h3 h4 h5 h6 p ul li table thead tbody tr th td strong code a hr blockquote br"
)


def marked(text: str) -> Element:
    """Markdown as an independent reader sees it, which lets every tag through."""
    return parsed(READER.render(text))


@cache
def tags_of_plain_text() -> list[str]:
    return [one.tag for one in marked(markdown_of(everything("x"))).all()]


def check_marked(text: str) -> None:
    """Only what the writer means is a mark; each link leads to a heading."""
    whole = marked(text)
    assert {one.tag for one in whole.all()} <= MARKED
    heads = [
        re.sub(r"[^\w\- ]", "", h.text.lower()).replace(" ", "-")
        for h in whole.all("h1", "h2", "h3", "h4")
    ]
    for link in whole.all("a"):
        assert link.attributes["href"][0] == "#"
        assert unquote(link.attributes["href"][1:]) in heads


@pytest.mark.parametrize("title", ["#", "##", "Team #", "Team ##", "C#", "# 1 #"])
def test_signs_at_the_end_of_a_heading_are_shown(title):
    whole = marked(markdown_of(everything(title)))
    assert whole.all("h1")[0].text == title
    assert title in {one.text for one in whole.all("h2", "h3")}


@given(TEXTS)
def test_any_text_stays_text_in_markdown(text):
    clean = shown("".join(" " if c.isspace() else c for c in text))
    if not clean or not all(c.isprintable() for c in clean):
        return
    whole = marked(markdown_of(everything(text)))
    assert [one.tag for one in whole.all()] == tags_of_plain_text()
    assert whole.all("h1")[0].text == clean
    assert {one.text.strip() for one in whole.all("code")} >= {clean}
    assert {one.text for one in whole.all("td")} >= {clean}


@pytest.mark.parametrize("name", ["start", "url_shortener"])
def test_the_examples_are_plain_markdown(name):
    check_marked(markdown_of(document(name)))
