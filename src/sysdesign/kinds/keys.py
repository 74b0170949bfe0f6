"""What follows from how unevenly keys are asked for: hit ratios of caches, hot shards."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sysdesign.kinds.lowering import Lower, Lowered, Part, middle
from sysdesign.network import Number

if TYPE_CHECKING:
    from sysdesign.formulas.popularity import Popularity


def caching(lower: Lower) -> Lower:
    """The same, with a share of the calls that it answers itself."""

    def lowered(part: Part) -> Lowered:
        return replace(lower(part), hit=hit_ratio(part))

    return lowered


def hit_ratio(part: Part) -> Number | None:
    """Share of reads that a cache answers: stated, else by memory and popularity, else default."""
    if part.component.hit is None:
        computed = _by_memory(part)
        if computed is not None:
            return computed
    return part.known("hit")


def hottest_key(part: Part, name: str) -> float | None:
    """Share of the calls that ask for the most wanted key of an entity; None if not known."""
    popularity = _popularity(part, name)
    if popularity is None:
        return None
    return max(s / n for n, s in zip(popularity.keys, popularity.shares, strict=True))


def keys_in_use(part: Part, name: str) -> float | None:
    """How many keys of an entity are asked for."""
    entity = part.entity(name)
    if entity is None:
        return None
    among = entity.popularity.among if entity.popularity else None
    keys = part.numbers.value(among) if among else part.numbers.figure(f"{name}.records")
    return None if keys is None else middle(keys)


def _by_memory(part: Part) -> float | None:
    """Hit ratio as estimated; else, where keys hang on rates, by the same formula for no lifetime.

    All at the medians; an instance holds what its shard gets, and instances without shards hold
    the same keys each, so that more of them hold no more keys.
    """
    if len(part.entities) != 1:
        return None
    known = part.numbers.figure(f"{part.name}.hit")
    if known is not None:
        return middle(known)
    (name,) = part.entities
    held = keys_held(part, name)
    popularity = None if held is None else _popularity(part, name)
    if held is None or popularity is None:
        return None
    from sysdesign.formulas.caches import cache_hit

    return cache_hit(part.word("evict", "lru"), popularity, held)


def keys_held(part: Part, name: str) -> float | None:
    """Keys of an entity that fit into the memory of all shards; None if not known."""
    memory, size = part.numbers.value(part.component.memory), part.numbers.figure(f"{name}.size")
    if memory is None or size is None or not middle(size) > 0:
        return None
    shards = part.known("shards.count") or 1.0
    each = size * (part.known("overhead") or 1.0)
    return middle(memory * shards / each)


def _popularity(part: Part, name: str) -> "Popularity | None":
    """How unevenly the keys of an entity are asked for; None where the file does not say."""
    from sysdesign.formulas.popularity import top, zipf

    keys, said = keys_in_use(part, name), skew(part, name)
    if said is None or keys is None or keys <= 1:
        return None
    exponent, first = said
    if exponent is not None:
        return zipf(keys, exponent)
    share, gets = first or (1.0, 1.0)
    return top(keys, share or 1 / keys, gets)


def skew(part: Part, name: str) -> tuple[float | None, tuple[float, float] | None] | None:
    """The exponent of Zipf's law, or the share of the keys that gets a share of the calls.

    A share of none stands for a single key. None where the file does not say how uneven they are.
    """
    entity = part.entity(name)
    said = entity.popularity if entity else None
    if said is None:
        return None
    exponent, share, gets, hottest = (
        None if number is None else middle(number)
        for number in map(part.numbers.value, (said.zipf, said.top, said.gets, said.hottest))
    )
    if exponent is not None:
        return exponent, None
    if share is not None and gets is not None and 0 < share < 1:
        return None, (share, gets)
    return None if hottest is None else (None, (0.0, hottest))
