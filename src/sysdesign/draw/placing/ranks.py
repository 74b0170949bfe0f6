"""Ranks of a small graph: how many links lie before a thing."""

from collections.abc import Sequence


def ranks(count: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Things 0..count-1 by the longest way to them; links that close a circle do not count."""
    after: list[list[int]] = [[] for _ in range(count)]
    for a, b in links:
        after[a].append(b)
    order = _downhill(after)
    place = {thing: i for i, thing in enumerate(order)}
    rank = [0] * count
    for thing in order:
        for b in after[thing]:
            if place[b] > place[thing]:
                rank[b] = max(rank[b], rank[thing] + 1)
    found: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for thing in range(count):
        found[rank[thing]].append(thing)
    return found


def _downhill(after: Sequence[Sequence[int]]) -> list[int]:
    """An order in which all links lead on, but for those that close a circle."""
    seen = [False] * len(after)
    finished: list[int] = []
    for root in range(len(after)):
        if seen[root]:
            continue
        seen[root] = True
        stack = [(root, iter(after[root]))]
        while stack:
            thing, rest = stack[-1]
            following = next((t for t in rest if not seen[t]), None)
            if following is None:
                stack.pop()
                finished.append(thing)
            else:
                seen[following] = True
                stack.append((following, iter(after[following])))
    return finished[::-1]


def components(count: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Things that hang together, by their least number."""
    root = list(range(count))

    def top(thing: int) -> int:
        while root[thing] != thing:
            root[thing] = root[root[thing]]
            thing = root[thing]
        return thing

    for a, b in links:
        first, second = sorted((top(a), top(b)))
        root[second] = first
    found: dict[int, list[int]] = {}
    for thing in range(count):
        found.setdefault(top(thing), []).append(thing)
    return list(found.values())
