"""All numbers of a run: what the kernel reads and writes."""

from typing import NamedTuple

Ints = list[int]
"""Compiled, an int64 array of one axis."""
Floats = list[float]
"""Compiled, a float64 array of one axis."""


class Machine(NamedTuple):
    """Arrays of one axis; `kernel.layout` says where what lies.

    code: steps of the programs, laws, lists; int32, read only.
    real: their shares and parameters; float64.
    num, clk: the single numbers of the run; int64 and float64.
    tok, tkf: tokens, each a call or a part of one; int32 and float64.
    ins, inf: stations, their groups and instances, flows, pairs; int64 and float64.
    at, what: the events, a heap with four below each; float64 times, int64 (number, kind, row).
    kept, due: entries of caches; int64, and float64 seconds at which each is forgotten.
    told, told_at: rows of traces; int64, and float64 seconds.
    hist: counts of times by bucket; int64.
    series: snapshots at the end of each interval; float64.
    rng: state of the random streams; uint64, four for each.
    zig: tables of the exponential and the normal law; float64.
    """

    code: Ints
    real: Floats
    num: Ints
    clk: Floats
    tok: Ints
    tkf: Floats
    ins: Ints
    inf: Floats
    at: Floats
    what: Ints
    kept: Ints
    due: Floats
    told: Ints
    told_at: Floats
    hist: Ints
    series: Floats
    rng: Ints
    zig: Floats
