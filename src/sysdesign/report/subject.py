"""What a report is about, and what one of its parts is."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from sysdesign.records import dataclass
from sysdesign.report.document import Block, Section
from sysdesign.review import Review
from sysdesign.study import Study
from sysdesign.study.compared import Compared
from sysdesign.study.failures import Effect
from sysdesign.study.injections import Injection
from sysdesign.study.tested import Run


@dataclass(frozen=True, slots=True)
class Subject:
    """A study, what the review says of it, the day of whoever asks, and what was run of it.

    `runs` are simulations, `compared` decisions with their options run, by name; `broken` what a
    reviewer breaks, `tried` the twelve failures. Each is None, or empty, where nobody asked for it.
    """

    study: Study
    review: Review
    today: date
    runs: tuple[Run, ...] = ()
    compared: Mapping[str, Compared] | None = None
    tried: tuple[Injection, ...] | None = None
    broken: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a report: its heading and what writes it.

    `of` is the section of the design file it belongs to, by which the framework of the design finds
    its step: "requirements.quality". `write` yields blocks and sections below; a part that yields
    nothing is left out.
    """

    id: str
    title: str
    of: str
    write: Callable[[Subject], Iterator[Block | Section]]

    def section(self, subject: Subject) -> Section:
        """The part of one subject."""
        found = tuple(self.write(subject))
        blocks = tuple(one for one in found if not isinstance(one, Section))
        sections = tuple(one for one in found if isinstance(one, Section))
        return Section(self.id, self.title, blocks, sections)
