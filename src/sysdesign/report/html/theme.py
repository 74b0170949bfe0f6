"""Colours and style of the page. Colours are those of the pictures, so that both go together.

Text can be read on every ground it stands on: contrast at least 4.5 to 1 in both schemes (W3C, Web
Content Accessibility Guidelines 2.2, success criterion 1.4.3), which a test works out.
"""

from sysdesign.draw.paint.theme import INKS, STROKES, SURFACES

# Name to (light, dark).
COLOURS: dict[str, tuple[str, str]] = {
    "page": SURFACES["canvas"],
    "panel": SURFACES["behind"],
    "code": SURFACES["zone"],
    "ink": INKS["ink"],
    "soft": INKS["soft"],
    "link": INKS["ink-accent"],
    "rule": STROKES["track"],
    "edge": STROKES["edge-muted"],
    "good": INKS["ink-good"],
    "good-ground": SURFACES["card-good"],
    "warning": INKS["ink-warning"],
    "warning-ground": SURFACES["card-warning"],
    "bad": INKS["ink-bad"],
    "bad-ground": SURFACES["card-bad"],
    "bar": STROKES["edge-accent"],
    "bar-rest": ("#c9cbf3", "#3b4180"),
    "bar-rare": ("#e0a24a", "#b98231"),
    "bar-rare-rest": ("#f3dfbf", "#574526"),
    "curve1": STROKES["edge-accent"],
    "curve2": STROKES["meter4"],
    "curve3": STROKES["meter0"],
    "curve4": STROKES["meter2"],
}
# Which text stands on which ground.
PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "page"), ("ink", "panel"), ("ink", "code"), ("soft", "page"), ("soft", "panel"),
    ("link", "page"), ("link", "panel"), ("good", "good-ground"), ("warning", "warning-ground"),
    ("bad", "bad-ground"), ("ink", "good-ground"), ("ink", "warning-ground"), ("ink", "bad-ground"),
    ("good", "panel"), ("warning", "panel"), ("bad", "panel"),
)  # fmt: skip


def style() -> str:
    """The style sheet: colours of both schemes, then the rules."""
    light = "".join(f"--{name}:{pair[0]};" for name, pair in COLOURS.items())
    dark = "".join(f"--{name}:{pair[1]};" for name, pair in COLOURS.items())
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{_RULES}"
    )


_RULES = """\
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.6 Inter,"Segoe UI",Roboto,
"Helvetica Neue",Arial,sans-serif;font-feature-settings:"tnum" 1}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem}
.frame{max-width:80rem;margin:0 auto;padding:3.5rem 2rem 6rem}
header{max-width:48rem;margin-bottom:2.5rem}
.kind{color:var(--soft);font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;margin:0 0 .4rem}
h1{font-size:clamp(1.9rem,4vw,2.75rem);line-height:1.15;letter-spacing:-.02em;font-weight:650;margin:0 0 1rem}
h2{font-size:1.65rem;line-height:1.25;letter-spacing:-.015em;font-weight:650;margin:4.5rem 0 .5rem;
padding-top:1.5rem;border-top:1px solid var(--rule)}
h3{font-size:1.2rem;line-height:1.35;font-weight:650;margin:3rem 0 .75rem}
h4{font-size:1rem;font-weight:650;margin:2.25rem 0 .6rem}
h2,h3,h4{overflow-wrap:anywhere}
p{margin:0 0 1rem;max-width:44rem;overflow-wrap:anywhere}
header p{font-size:1.1rem;color:var(--ink)}
header p+p{font-size:.95rem}
.soft{color:var(--soft)}
.unseen{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
code{white-space:nowrap;font:.86em/1.45 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,monospace;
background:var(--code);padding:.08em .32em;border-radius:4px;overflow-wrap:anywhere;
-webkit-box-decoration-break:clone;box-decoration-break:clone}
ul{margin:0 0 1.25rem;padding-left:1.15rem;max-width:48rem}
li{margin:.3rem 0;overflow-wrap:anywhere}
code.long{white-space:normal;background:none;padding:0}
.mark{display:inline-block;font-size:.78rem;line-height:1.5;font-weight:600;padding:0 .5em;
border-radius:999px;background:var(--code);color:var(--ink);white-space:nowrap}
.mark.good{background:var(--good-ground);color:var(--good)}
.mark.warning{background:var(--warning-ground);color:var(--warning)}
.mark.bad{background:var(--bad-ground);color:var(--bad)}
.note{max-width:48rem;margin:0 0 1.25rem;padding:.6rem 1rem;border-left:3px solid var(--edge);
background:var(--panel);border-radius:0 6px 6px 0;overflow-wrap:anywhere}
.note.good{border-color:var(--good);background:var(--good-ground)}
.note.warning{border-color:var(--warning);background:var(--warning-ground)}
.note.bad{border-color:var(--bad);background:var(--bad-ground)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));margin:0 0 1rem;
padding:0;background:var(--panel);border:1px solid var(--rule);border-radius:10px;overflow:hidden}
.tile{display:flex;flex-direction:column;padding:1rem 1.15rem;margin:0;box-shadow:1px 1px 0 0 var(--rule)}
.tile dt{order:1;font-size:.82rem;color:var(--soft);line-height:1.35}
.tile dd{order:2;margin:.2rem 0 0;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.015em;
overflow-wrap:anywhere}
.tile dd+dd{order:3;font-size:.82rem;font-weight:400;letter-spacing:0;color:var(--soft);line-height:1.4}
.tile.good dd:nth-of-type(1){color:var(--good)}
.tile.warning dd:nth-of-type(1){color:var(--warning)}
.tile.bad dd:nth-of-type(1){color:var(--bad)}
.facts{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.4rem 1.5rem;margin:0 0 1.5rem;
max-width:54rem}
.facts dt{color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
figure{margin:1.5rem 0 2rem}
figcaption,caption{font-size:.86rem;color:var(--soft);text-align:left;padding:0 0 .6rem;font-weight:600}
.scroll{overflow-x:auto;margin:1.5rem 0 2rem}
.scroll:focus-visible{outline-offset:4px}
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.45}
th,td{padding:.5rem .9rem .5rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule);
font-weight:400}
td{overflow-wrap:break-word;min-width:4.5rem}
.prose td{min-width:6rem}
thead th{color:var(--soft);font-size:.8rem;border-bottom-color:var(--edge);vertical-align:bottom}
tbody th{font-weight:400}
tr>:last-child{padding-right:0}
.right{text-align:right;white-space:nowrap}
.picture svg{display:block;max-width:100%;height:auto;border:1px solid var(--rule);border-radius:10px}
details{margin:.75rem 0 0}
summary{cursor:pointer;color:var(--soft);font-size:.9rem}
svg.plot{display:block;width:100%;height:auto;max-width:54rem;overflow:visible}
svg.narrow{display:none}
.plot text{font:12px Inter,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--soft)}
.plot .strong{fill:var(--ink);font-weight:600}
.plot .grid{stroke:var(--rule)}
.plot .axis{stroke:var(--edge)}
.plot .level{stroke:var(--bad);stroke-dasharray:5 4}
.plot .stop{stroke:var(--soft);stroke-dasharray:2 4}
.plot .curve{fill:none;stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
.c1{stroke:var(--curve1)}.c2{stroke:var(--curve2)}.c3{stroke:var(--curve3)}.c4{stroke:var(--curve4)}
.c2.curve{stroke-dasharray:8 4}.c3.curve{stroke-dasharray:2 5}.c4.curve{stroke-dasharray:10 4 2 4}
.fall td,.fall tbody th{padding-top:.3rem;padding-bottom:.3rem}
.fall td{min-width:3.6rem}
.fall .way{width:46%;min-width:12rem;padding:0 0 0 1rem;vertical-align:middle}
.fall thead .way{padding:.5rem 0 .3rem 1rem}
.fall .remark{display:block;font-size:.82rem;color:var(--soft)}
.fall svg{display:block;width:100%;height:1.5rem}
.ticks{display:flex;justify-content:space-between;font-weight:400}
.own{fill:var(--bar)}.rest{fill:var(--bar-rest)}
.rare .own{fill:var(--bar-rare)}.rare .rest{fill:var(--bar-rare-rest)}
.tick{stroke:var(--rule)}
.key{display:inline-block;width:.9em;height:.75em;border-radius:2px;margin:0 .35em 0 0}
.key+.key{margin-left:-.35em}
.keys{font-size:.82rem;color:var(--soft);margin:.6rem 0 0;max-width:none}
.keys span{margin-right:1.25rem;white-space:nowrap}
.k-own{background:var(--bar)}.k-rest{background:var(--bar-rest)}.k-rare{background:var(--bar-rare)}
nav{font-size:.9rem;line-height:1.4}
nav h2{font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;color:var(--soft);margin:0 0 .75rem;
border:0;padding:0;font-weight:600}
nav ol{list-style:none;margin:0;padding:0}
nav li{margin:.35rem 0}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
nav ol ol{margin:.1rem 0 .9rem;padding-left:.9rem;border-left:1px solid var(--rule)}
nav ol ol a{color:var(--soft)}
main>section:first-child h2{margin-top:0;border-top:0;padding-top:0}
footer{margin-top:5rem;padding-top:1.25rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.86rem}
@media (min-width:66rem){
.columns{display:grid;grid-template-columns:14.5rem minmax(0,1fr);gap:4rem}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding:2rem 1rem 2rem 0}
main{padding-top:2rem;min-width:0}
}
@media (max-width:65.99rem){
nav{margin:0 0 3rem;padding:1.25rem 1.5rem;background:var(--panel);border-radius:10px}
nav>ol{columns:2 14rem;column-gap:3rem}
nav>ol>li{break-inside:avoid}
}
@media (max-width:40rem){
.frame{padding:2rem 1.1rem 4rem}
h2{margin-top:3.5rem}
.tiles{grid-template-columns:1fr 1fr}
.tile{padding:.8rem .9rem}
.tile dd{font-size:1.2rem}
.facts{grid-template-columns:1fr;gap:.1rem}
.facts dd{margin-bottom:.7rem}
nav ol ol{display:none}
svg.wide{display:none}
svg.narrow{display:block}
.prose thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.prose,.prose tbody,.prose tr,.prose th,.prose td,.prose caption{display:block}
.prose tr{padding:.8rem 0;border-bottom:1px solid var(--rule)}
.prose tbody th,.prose td{border:0;padding:.12rem 0;text-align:left;white-space:normal;min-width:0}
.prose td::before{content:attr(data-head);display:block;color:var(--soft);font-size:.78rem;margin-top:.25rem}
.prose td.none{display:none}
.numbers tbody th,.numbers thead th:first-child{position:sticky;left:0;background:var(--page);
max-width:10.5rem;padding-right:.8rem}
.fall,.fall tbody{display:block}
.fall caption{display:block}
.fall thead{display:none}
.fall tbody tr{display:grid;grid-template-columns:1fr auto auto;column-gap:.9rem;padding:.45rem 0;
border-bottom:1px solid var(--rule)}
.fall tbody th{grid-column:1/-1;border:0;padding:0}
.fall td{border:0;padding:0;min-width:0;white-space:nowrap;text-align:left;font-size:.82rem}
.fall td:not(.way)::before{content:attr(data-head) " ";color:var(--soft)}
.fall td.own-time{display:none}
.fall .way{grid-column:1/-1;width:auto;padding:.15rem 0 0}
.fall svg{height:1rem}
}
@media print{
@page{margin:16mm 14mm}
html{font-size:80%}
body{line-height:1.5}
.frame{max-width:none;padding:0}
.columns{display:block}
nav{position:static;max-height:none;overflow:visible;background:none;padding:0;margin:0 0 2rem}
nav>ol{columns:2}
nav a,a{color:inherit;text-decoration:none}
main>section+section>h2{margin-top:2.5rem}
h1,h2,h3,h4,caption,figcaption{break-after:avoid}
tr,.tiles,.note,.plot,.picture svg,dd,li{break-inside:avoid}
figure.chart{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
table{font-size:.82rem}
th,td{padding-right:.6rem}
td{min-width:0}
.right{white-space:normal}
details,.skip{display:none}
.picture svg{max-height:235mm;margin:0 auto}
p{orphans:3;widows:3}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""
