"""What the planner knows, and what it answers: values only, no rows."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from findings.requirements import Requirement


class Place(NamedTuple):
    """Where an audit stands in time: its date, then when its first edition was published."""

    date: date
    published_at: datetime
    reference: str


class Verdict(StrEnum):
    """What an audit says about an earlier CAR on a requirement."""

    NONE = "none"  # not periodic, or the area is outside its scope
    CAR = "car"
    OTHER_FINDING = "other_finding"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding that an audit recorded; `car` is the CAR it stands for, if that exists already."""

    id: UUID
    requirement: Requirement
    is_car: bool
    title: str = ""
    car: UUID | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """An audit, in one edition; all editions of an audit share its reference."""

    id: UUID
    reference: str
    place: Place
    is_periodic: bool
    scope: frozenset[str]
    entries: tuple[Entry, ...]

    def cars_on(self, requirement: Requirement) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_car and entry.requirement == requirement]

    def verdict(self, requirement: Requirement) -> Verdict:
        if not self.is_periodic or requirement.area not in self.scope:
            return Verdict.NONE
        if self.cars_on(requirement):
            return Verdict.CAR
        if any(entry.requirement == requirement for entry in self.entries):
            return Verdict.OTHER_FINDING
        return Verdict.NOTHING


@dataclass(frozen=True, slots=True)
class Car:
    """A CAR; `reference` and `place` are those of the audit that found it first.

    `root` is the CAR it was raised anew from at the very first, or itself. `ended_by` names the audit that
    ended it; `decided` that the operator decided so; `taken_up_by` what a corrected audit raised for it.
    """

    id: UUID
    reference: str
    place: Place
    requirement: Requirement
    title: str
    root: UUID
    ended_by: str | None = None
    successor: UUID | None = None
    decided: bool = False
    taken_up_by: UUID | None = None

    @property
    def is_under_way(self) -> bool:
        return self.ended_by is None


@dataclass(frozen=True, slots=True)
class Situation:
    """The audit to publish among the current editions of the site's other audits, and the site's CARs.

    For a new edition, `former_place` is the place of the one before. `left` are the (CAR, edition) pairs
    that are with the operator already, `undecided` those of them that wait for its decision.
    """

    audit: Edition
    others: tuple[Edition, ...] = ()
    cars: tuple[Car, ...] = ()
    former_place: Place | None = None
    left: frozenset[tuple[UUID, UUID]] = frozenset()
    undecided: frozenset[tuple[UUID, UUID]] = frozenset()

    @property
    def has_moved(self) -> bool:
        return self.former_place is not None and self.former_place != self.audit.place


class Reason(StrEnum):
    """Why a CAR is left for the operator; the values of `LeftReason`."""

    OTHER_FINDING = "other_finding"
    NO_LONGER_LISTED = "no_longer_listed"


class RaisedAnew(NamedTuple):
    """A wrongly ended CAR goes on as `car`: one with an entry of the audit, or a copy of the old one.

    None where a choice between several is missing.
    """

    old: UUID
    car: UUID | None
    is_copy: bool


class Superseded(NamedTuple):
    """`by` is None where a choice between several is missing."""

    car: UUID
    by: UUID | None
    edition: UUID


class Closed(NamedTuple):
    car: UUID
    edition: UUID


class Left(NamedTuple):
    car: UUID
    edition: UUID
    reason: Reason


class NoLongerLeft(NamedTuple):
    """The edition left the CAR, which by its corrected date was found only after that."""

    car: UUID
    edition: UUID


class Choice(NamedTuple):
    """Several CARs on one requirement, none of the same title: a person says which one `car` goes on as."""

    car: UUID
    edition: UUID
    candidates: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one publication does, by ids; a raised CAR gets the id of its entry."""

    raised: tuple[UUID, ...] = ()
    kept: tuple[tuple[UUID, UUID], ...] = ()  # (CAR, entry)
    raised_anew: tuple[RaisedAnew, ...] = ()
    superseded: tuple[Superseded, ...] = ()
    closed: tuple[Closed, ...] = ()
    left: tuple[Left, ...] = ()
    no_longer_left: tuple[NoLongerLeft, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def lacks_choices(self) -> bool:
        return any(each.by is None for each in self.superseded) or any(
            each.car is None for each in self.raised_anew
        )

    @property
    def ended(self) -> frozenset[UUID]:
        return frozenset([*(each.car for each in self.superseded), *(each.car for each in self.closed)])


class WrongOrder(Exception):
    """The new edition's date would put an end before the CAR that it ended."""

    def __init__(self, car: UUID, reference: str) -> None:
        super().__init__(car, reference)
        self.car = car
        self.reference = reference


def normalised(title: str) -> str:
    """An issue title without the differences that spelling it again makes."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", title).casefold()))


def in_order(editions: Iterable[Edition]) -> list[Edition]:
    return sorted(editions, key=lambda edition: edition.place)
