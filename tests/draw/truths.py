"""What must hold of every layout, looked at independently of the code that makes it."""

from itertools import combinations

from sysdesign.draw import Placed

SLACK = 0.7  # points: engines write a few digits
Rect = tuple[float, float, float, float]


def rect(box) -> Rect:
    return (box.x, box.y, box.x + box.width, box.y + box.height)


def apart(a: Rect, b: Rect, slack: float = SLACK) -> bool:
    return (
        a[2] <= b[0] + slack or b[2] <= a[0] + slack or a[3] <= b[1] + slack or b[3] <= a[1] + slack
    )


def inside(a: Rect, b: Rect) -> bool:
    return (
        a[0] >= b[0] - SLACK
        and a[1] >= b[1] - SLACK
        and a[2] <= b[2] + SLACK
        and a[3] <= b[3] + SLACK
    )


def label_rect(link) -> Rect | None:
    from sysdesign.draw.face import label_size

    if link.label_at is None:
        return None
    x, y = link.label_at
    w, h = (18.0, 18.0) if link.number is not None else label_size(link.lines)
    return (x - w / 2, y - h / 2, x + w / 2, y + h / 2)


def distance(point, r: Rect) -> float:
    dx = max(r[0] - point[0], 0, point[0] - r[2])
    dy = max(r[1] - point[1], 0, point[1] - r[3])
    return float((dx * dx + dy * dy) ** 0.5)


def assert_true(placed: Placed) -> None:
    """Everything that the docstring of `layout` promises."""
    diagram = placed.diagram
    assert [n.node for n in placed.nodes] == list(diagram.nodes)
    assert [f.frame for f in placed.frames] == list(diagram.frames)
    assert [k.link for k in placed.links] == list(diagram.links)
    nodes = {n.node.id: rect(n.box) for n in placed.nodes}
    frames = {f.frame.id: rect(f.box) for f in placed.frames}
    parents = {f.id: f.parent for f in diagram.frames}

    def above(frame):
        found = []
        while frame is not None:
            found.append(frame)
            frame = parents[frame]
        return found

    for numbers in (*nodes.values(), *frames.values()):
        assert all(abs(v) < 1e7 for v in numbers)
    for n in diagram.nodes:
        own = above(n.frame)
        for f, r in frames.items():
            if f in own:
                assert inside(nodes[n.id], r), f"{n.id} is outside {f}"
            else:
                assert apart(nodes[n.id], r), f"{n.id} is on {f}"
    for (a, r), (b, s) in combinations(nodes.items(), 2):
        assert apart(r, s), f"{a} and {b} overlap"
    for (a, r), (b, s) in combinations(frames.items(), 2):
        if a in above(b):
            assert inside(s, r)
        elif b in above(a):
            assert inside(r, s)
        else:
            assert apart(r, s), f"frames {a} and {b} overlap"
    assert_links(placed, nodes)


def assert_links(placed: Placed, nodes: dict[str, Rect]) -> None:
    labels = []
    for k in placed.links:
        assert len(k.curve) >= 4
        assert len(k.curve) % 3 == 1
        assert distance(k.curve[0], nodes[k.link.source]) < 14
        assert distance(k.curve[-1], nodes[k.link.target]) < 14
        said = bool(k.link.label.strip())
        assert (k.label_at is not None) == said
        assert bool(k.lines) == said
        r = label_rect(k)
        if r is None:
            continue
        labels.append(r)
        for name, box in nodes.items():
            assert apart(r, box), f"the label of {k.link} is on {name}"
        whole = rect(placed.box)
        assert inside(r, whole)
    for a, b in combinations(labels, 2):
        assert apart(a, b), "two labels overlap"
    numbers = [k.number for k in placed.links if k.number is not None]
    assert numbers == list(range(1, len(numbers) + 1))
