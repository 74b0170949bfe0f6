"""What an engine is asked to place: numbered things with sizes, and no text of the user."""

from sysdesign.draw.geometry import Box, Point
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """A frame: room for its title, its parent and the nodes directly in it, by number."""

    title: Size
    parent: int | None
    nodes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """A link by the numbers of its ends; `label` is the room it wants."""

    source: int
    target: int
    label: Size | None
    weight: int
    constraint: bool


Guide = tuple[int, int]
"""An invisible link that only orders two nodes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A graph to be placed; `home` is the cluster of each node."""

    nodes: tuple[Size, ...]
    home: tuple[int | None, ...]
    clusters: tuple[Cluster, ...]
    arcs: tuple[Arc, ...]
    down: bool = False
    guides: tuple[Guide, ...] = ()

    def above(self, cluster: int | None) -> list[int]:
        """A cluster and all around it, from the inside."""
        found = []
        while cluster is not None:
            found.append(cluster)
            cluster = self.clusters[cluster].parent
        return found


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is.

    `curves` are cubic Béziers; empty where the engine gave none. `labels` are centres.
    """

    nodes: tuple[Box, ...]
    clusters: tuple[Box, ...]
    curves: tuple[tuple[Point, ...], ...]
    labels: tuple[Point | None, ...]
