"""The words of a design: generic, typed, frozen records of everything that a file may say."""

from sysdesign.design.calls import Branch, CallWords, LinkWords, PlaceLink, Retries, Step, StepWords
from sysdesign.design.component import Component, Default, Trait
from sysdesign.design.design import Design, Ids
from sysdesign.design.graph import Factor, Visit, visits
from sysdesign.design.interface import Entity, Operation, OwnEstimate, Place, Trigger
from sysdesign.design.problem import Actor, Assumption, Conventions, Functional, Problem, Quality
from sysdesign.design.shape import Key, Record, Shape, keys_of
from sysdesign.design.value import FieldKind, Given, LinkName, MeasureName, Statement, Word

__all__ = [
    "Actor",
    "Assumption",
    "Branch",
    "CallWords",
    "Component",
    "Conventions",
    "Default",
    "Design",
    "Entity",
    "Factor",
    "FieldKind",
    "Functional",
    "Given",
    "Ids",
    "Key",
    "LinkName",
    "LinkWords",
    "MeasureName",
    "Operation",
    "OwnEstimate",
    "Place",
    "PlaceLink",
    "Problem",
    "Quality",
    "Record",
    "Retries",
    "Shape",
    "Statement",
    "Step",
    "StepWords",
    "Trait",
    "Trigger",
    "Visit",
    "Word",
    "keys_of",
    "visits",
]
