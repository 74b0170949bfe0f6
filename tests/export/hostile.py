"""Texts made to break each syntax, and a model that has one of them wherever a text can stand."""

from sysdesign.export.model import (
    Attribute,
    Block,
    Entity,
    Form,
    Message,
    Model,
    Part,
    Person,
    Region,
    Relation,
    Sequence,
    Sort,
    Standing,
    Way,
)

TEXTS = (
    'say "hi"', "it's", "a\\nb", "back\\", "end", "a --> b", "a -->|x| b", "%% not a comment",
    "%%{init: {'theme':'dark'}}%%", "x; y", "[x](y) {z}", "]", '"]', '"}', "{", "}", "->", "=", "*",
    "#quot;", "&quot;", "&lt;b&gt;", "<b>bold</b>", "<script>alert(1)</script>", "<br/>", "a|b",
    "`code`", "**bold** __under__ //it//", "--gone--", "~wave~", "$name", "${HOME}", "$$x^2$$",
    "%date()", "%newline()", "!include x", "@enduml", "@startuml", "' comment", "/' open",
    "// slashes", "# hash", "/* open", "1. first", "- item", "+ item", "== head ==", "wrap: x",
    "style a:#b;", "classDef x fill:#fff;", "title x", "note over a: b", "else", "subgraph x",
    "Rel(a, b)", "Person(x, y)", "<U+0041>", "&#65;", "<size:40>big", "[[http://x y]]", "a, b",
    "über naïve 漢字 🙂", "שלום", "...", "|md # x |", "a.b.c", "x: y", "_", "__", "a_b", "*x*",
    "http://example.org/a?b=c&d=e", "100%", "C:\\temp\\new", "\\", "\\\\", '\\"', "`", '"', "''",
)  # fmt: skip


def model(text: str) -> Model:
    """A small system in which every text is the same one."""
    inner = (Message("shop", "db", text),)
    steps = (
        Message("buyer", "shop", text, inner=inner),
        Block(Sort.CHOICE, (Way(text, (Message("shop", "ads", text),)), Way(text, inner))),
        Block(Sort.PARALLEL, (Way("", inner), Way("", (Message("shop", "line", text, text, waits=False),)))),
        Block(Sort.MISS, (Way(text, inner),)),
    )  # fmt: skip
    return Model(
        text, text, "at peak",
        (Person("buyer", text, "12 req/s"),),
        (
            Part("shop", Form.SERVICE, text, text, text, "1 req/s", (Standing("eu", (), 2),)),
            Part("db", Form.STORE, text, text, text, "", (Standing("us", (text,), 3),)),
            Part("line", Form.QUEUE, text, text, "", "", (Standing("eu"), Standing("us"))),
            Part("ads", Form.OUTSIDE, text, text),
        ),
        (
            Relation("buyer", "shop", text, text, "1 req/s"),
            Relation("shop", "db", text, text, optional=True),
            Relation("shop", "line", text, waits=False),
            Relation("shop", "ads"),
        ),
        (Sequence("order", text, text, steps, text),),
        (
            Entity("order", "db", "1 GB", (Attribute("id", "id", in_key=True), Attribute("name", text))),
            Entity("line", "db", "", (Attribute("of", "ref order", refers="order"),), ("order",)),
        ),
        (Region("eu", (text, "b")), Region("us", (text, "b"))),
    )  # fmt: skip
