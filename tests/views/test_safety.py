"""Names made to break a picture stay text; odd designs are drawn, too."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from sysdesign.workbench import open_text
from sysdesign.workbench.pictures import draw, draw_all, draw_png, pictures
from tests.views.pages import ids

NASTY = (
    "</text><script>alert(1)</script>",
    "\" onload='alert(1)' x=\"",
    "]]><!--&amp;<![CDATA[",
    "javascript:alert(1)",
    "../../etc/passwd",
    "\u202egnp.exe\u200b\u0007",
    "日本語 العربية 🚀",
    "x" * 3000,
)


def hostile(name: str) -> str:
    """A design with a name wherever the format takes free text."""
    said = "'" + name.replace("'", "''").replace("\a", "") + "'"
    return f"""\
sysdesign: 1
problem:
  name: {said}
  why: {said}
  actors: {{user: {{primary: true, wants: {said}}}}}
operations:
  ask: {{api: {said}, actor: user, rate: 5 req/s, path: [door, app: [far, out]]}}
data:
  thing: {{store: far, owner: app, fields: {{id: id, text: string(5)}}, key: id, size: 5 B, written_by: ask}}
places: {{eu: {{zones: [a, b]}}}}
components:
  door: {{kind: load_balancer, part_of: {said}}}
  app: {{kind: service, part_of: {said}, does: {said}}}
  far: {{kind: sql_database, does: {said}}}
  out: {{kind: external_service, does: {said}}}
security: {{boundaries: {{core: [far]}}}}
"""


class Page(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.handlers = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses += [value for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
@pytest.mark.mostly_slow(4)
def test_names_made_to_break_a_picture_stay_text(name):
    for file, drawn in draw_all(open_text(hostile(name))):
        text = drawn.svg
        assert re.fullmatch(r"[a-z0-9_-]{1,80}\.(svg|html)", file)
        if file.endswith(".svg"):
            root = ElementTree.fromstring(text)
            for one in root.iter():
                assert one.tag.rpartition("}")[2] in {
                    "svg",
                    "style",
                    "rect",
                    "path",
                    "g",
                    "title",
                    "text",
                    "a",
                    "metadata",
                }
                assert not [key for key in one.attrib if key.lower().startswith("on")]
        page = Page(text)
        assert "script" not in page.tags
        assert not page.handlers
        for address in page.addresses:
            assert re.fullmatch(r"[a-z0-9_-]+\.svg|#[a-z]+", address), address
        assert "url(" not in text
        assert "@import" not in text
        assert "\u202e" not in text or file == "index.html"


ODD = {
    "nothing": "",
    "components alone": "components: {a: {kind: service}, b: {kind: sql_database}}\n",
    "no path": "problem: {actors: {u: {}}}\noperations: {x: {actor: u, rate: 1 req/s}}\n",
    "no rate": "problem: {actors: {u: {}}}\noperations: {x: {actor: u, path: [a: [b]]}}\n"
    "components: {a: {kind: service}, b: {kind: sql_database}}\n",
    "itself": "problem: {actors: {u: {}}}\noperations: {x: {actor: u, rate: 1 req/s, path: [a: [a: [a]]]}}\n"
    "components: {a: {kind: service}}\n",
    "overload": "problem: {actors: {u: {}}}\noperations: {x: {actor: u, rate: 1M req/s, path: [a: [b: {times: 0}]]}}\n"
    "components: {a: {kind: service}, b: {kind: sql_database}}\n",
    "no load": "problem: {actors: {u: {}}}\noperations: {x: {actor: u, rate: 0 req/s, path: [a]}}\n"
    "components: {a: {kind: service}}\n",
    "by the clock": "operations: {x: {trigger: {every: 1 day}, path: [a]}}\ncomponents: {a: {kind: service}}\n",
    "places without zones": "places: {eu: {}, us: {}}\nproblem: {actors: {u: {from: {eu: 50%, us: 50%}}}}\n"
    "operations: {x: {actor: u, rate: 5 req/s, path: [a]}}\ncomponents: {a: {kind: service, replicas: 5}}\n",
    "one zone": "places: {eu: {zones: [z1, z2]}, us: {zones: [y1]}}\n"
    "operations: {x: {trigger: {every: 1 h}, path: [a]}}\n"
    "components: {a: {kind: service, replicas: 5, in: [z1, us]}, b: {kind: sql_database, in: z2}}\n",
    "pushed": "problem: {actors: {u: {}}}\noperations: {x: {actor: u, rate: 5 req/s, path: [a: [u: {request: 5 B}, "
    "parallel: [b, {choose: [{share: 20%, calls: [b]}, {calls: [c: {fallback: [b]}]}]}]]]}}\n"
    "components: {a: {kind: service}, b: {kind: cache}, c: {kind: external_service}}\n",
    "data alone": "data: {a: {fields: {x: ref a, y: list(ref b)}}, b: {derived_from: [a], key: [q]}}\n",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
@pytest.mark.mostly_slow(4)
def test_odd_designs_are_drawn(body):
    bench = open_text("sysdesign: 1\n" + body)
    for one in pictures(bench):
        text = draw(bench, one.view, id_=one.id, group=one.group)
        ElementTree.fromstring(text)
        assert not re.search(r'="-?(nan|inf)', text), one
        assert len(ids(text)) == len(set(ids(text)))
        assert len(ids(text, "frame")) == len(set(ids(text, "frame")))


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_picture_becomes_a_png(theme):
    svg = draw(open_text("sysdesign: 1\n" + ODD["pushed"]), "sequence", theme=theme)
    data = draw_png(svg, scale=1.0, theme=theme)
    assert data.startswith(b"\x89PNG\r\n")
    wide = int.from_bytes(data[16:20], "big")
    said = re.search(r' width="([\d.]+)"', svg)
    assert said is not None
    assert wide == pytest.approx(float(said[1]), abs=1)
