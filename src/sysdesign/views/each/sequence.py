"""One operation as a sequence: lifelines, messages in order, fragments around them."""

from sysdesign.draw import Theme
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.views.chart import Chart, chart
from sysdesign.views.each.operation import box, origin_note, parties, subtitle
from sysdesign.views.scroll import painted
from sysdesign.views.trail import trail
from sysdesign.views.view import View, Wanted
from sysdesign.views.wiring import title_of

FRAGMENTS = {
    "par": "par: all at the same time",
    "alt": "alt: one of them",
    "opt": "opt: not always, or the answer comes without it as well",
    "miss": "miss: only for the share that the cache does not answer",
    "loop": "loop: again and again",
    "retry": "retry: the caller calls again when no answer comes",
}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence diagram in its places, with what is written above and below it."""

    title: str
    subtitle: str
    chart: Chart
    notes: tuple[str, ...]

    def svg(self, theme: Theme) -> str:
        """One SVG document."""
        return painted(self.chart, self.title, self.subtitle, self.notes, theme)


def draw(study: Study, wanted: Wanted) -> Sequence:
    """Parties from left to right, time downwards; means and p99 stand at each message."""
    found = trail(study, wanted.id)
    nodes = [box(study, name, found) for name in parties(found)]
    made = chart(found, nodes)
    sorts = dict.fromkeys(rim.word for rim in made.rims)
    notes = ["At a message: mean, p99, with all that is called in turn." if found.known else ""]
    notes += origin_note(study, found)
    notes.append("; ".join(said for sort, said in FRAGMENTS.items() if sort in sorts))
    if any(not m.waits or m.sent for m in found.messages):
        notes.append("A dashed arrow is a message: its sender waits for the hand-over at most.")
    return Sequence(
        f"{title_of(study)}: {wanted.id}", subtitle(study, found), made,
        tuple(note for note in notes if note),
    )  # fmt: skip


VIEW = View(
    name="sequence",
    summary="one operation as a sequence: lifelines, messages, what is parallel or on a miss",
    rank=60,
    draw=draw,
    ids=lambda study: tuple(study.design.operations),
)
