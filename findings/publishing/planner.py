"""The planner; its rules are told in the package."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID, uuid5

from findings.publishing.situation import (
    Car,
    Choice,
    Closed,
    Edition,
    Entry,
    Left,
    NoLongerLeft,
    Plan,
    RaisedAnew,
    Reason,
    Situation,
    Superseded,
    Verdict,
    WrongOrder,
    in_order,
    normalised,
)


def plan_publication(situation: Situation, choices: Mapping[UUID, UUID] | None = None) -> Plan:
    """What publishing does; `choices` say which CAR another goes on as, where several could be.

    WrongOrder when a new edition's date contradicts an end that stands.
    """
    return _Planner(situation, choices or {}).plan()


class _Planner:
    def __init__(self, situation: Situation, chosen: Mapping[UUID, UUID]) -> None:
        self.situation = situation
        self.audit = situation.audit
        self.editions = in_order([*situation.others, situation.audit])
        self.chosen = chosen
        # The audit's own CARs stand where it stands now, should its date have been corrected.
        self.cars = {car.id: self._in_place(car) for car in situation.cars}
        # What goes by the same root is one CAR to the audits; the last of them is the one that lives.
        self.living = {
            car.root: car.id
            for car in self.cars.values()
            if car.taken_up_by is None or self.cars[car.taken_up_by].root != car.root
        }
        # What all the later audits come upon now: what is new, and the audit's own when its date has moved.
        self.fresh = {
            car.id
            for car in self.cars.values()
            if situation.has_moved and car.reference == self.audit.reference
        }
        self.raised: list[UUID] = []
        self.kept: list[tuple[UUID, UUID]] = []
        self.raised_anew: list[RaisedAnew] = []
        self.superseded: list[Superseded] = []
        self.closed: list[Closed] = []
        self.left: list[Left] = []
        self.no_longer_left: list[NoLongerLeft] = []
        self.choices: list[Choice] = []

    def plan(self) -> Plan:
        self._check_order()
        ended_before = [car for car in self.cars.values() if not car.is_under_way]
        self._raise_entries()
        self.listed = {edition.id: self._roots_of(edition) for edition in self.editions}
        for car in ended_before:
            self._raise_anew(car)
        under_way = [car for car in self.cars.values() if car.is_under_way]
        for car in sorted(under_way, key=lambda car: (car.place, car.id)):
            self._judge(car)
        return Plan(
            raised=tuple(self.raised),
            kept=tuple(self.kept),
            raised_anew=tuple(self.raised_anew),
            superseded=tuple(self.superseded),
            closed=tuple(self.closed),
            left=tuple(self.left),
            no_longer_left=tuple(self.no_longer_left),
            choices=tuple(self.choices),
        )

    def _in_place(self, car: Car) -> Car:
        return replace(car, place=self.audit.place) if car.reference == self.audit.reference else car

    def _check_order(self) -> None:
        """An edition whose date moved must not stand before what it ended, nor after what ended its own."""
        if not self.situation.has_moved:
            return
        places = {edition.reference: edition.place for edition in self.editions}
        for car in self.cars.values():
            for reference in self._ends_of(car):
                if reference != car.reference and places[reference] <= car.place:
                    raise WrongOrder(car.id, reference)

    def _ends_of(self, car: Car) -> Iterator[str]:
        """The audits that must stand after the CAR: the one that ended it, and the one that took it up."""
        if car.ended_by is not None:
            yield car.ended_by
        if car.taken_up_by is not None and self.cars[car.taken_up_by].root != car.root:
            yield self.cars[car.taken_up_by].reference

    def _raise_entries(self) -> None:
        for entry in self.audit.entries:
            if not entry.is_car:
                continue
            if entry.car is not None:
                car = self.cars[self.living[self.cars[entry.car].root]]
                if car.is_under_way:
                    self.cars[car.id] = replace(car, title=entry.title)
                self.kept.append((car.id, entry.id))
                continue
            self.raised.append(entry.id)
            self._add(
                Car(
                    entry.id, self.audit.reference, self.audit.place, entry.requirement, entry.title, entry.id
                )
            )

    def _add(self, car: Car) -> None:
        self.cars[car.id] = car
        self.living[car.root] = car.id
        self.fresh.add(car.id)

    def _roots_of(self, edition: Edition) -> frozenset[UUID]:
        """The roots of the CARs that an edition lists."""
        return frozenset(self._root_of(entry) for entry in edition.entries if entry.is_car)

    def _root_of(self, entry: Entry) -> UUID:
        return self.cars[entry.car].root if entry.car is not None else entry.id

    # --- What the earlier edition wrongly ended ---------------------------------------------------

    def _raise_anew(self, car: Car) -> None:
        if self.situation.former_place is None or car.ended_by != self.audit.reference:
            return
        if car.taken_up_by is not None or self._ended_rightly(car):
            return
        if self.audit.cars_on(car.requirement):
            self.raised_anew.append(RaisedAnew(car.id, self._goes_on_as(car, self.audit), is_copy=False))
            return
        copy = replace(
            car, id=uuid5(car.id, str(self.audit.id)), ended_by=None, successor=None, decided=False
        )
        self._add(copy)
        self.raised_anew.append(RaisedAnew(car.id, copy.id, is_copy=True))

    def _ended_rightly(self, car: Car) -> bool:
        verdict = self.audit.verdict(car.requirement)
        if car.successor is not None:
            listed = self.cars[car.successor].root in self.listed[self.audit.id]
            return listed or verdict in {Verdict.CAR, Verdict.NOTHING}
        return verdict == Verdict.NOTHING or (verdict == Verdict.OTHER_FINDING and car.decided)

    # --- What periodic audits do to the CARs under way ----------------------------------------------

    def _judge(self, car: Car) -> None:
        left = []
        for edition in self._judges_of(car):
            verdict = edition.verdict(car.requirement)
            if verdict == Verdict.CAR:
                self.superseded.append(Superseded(car.id, self._goes_on_as(car, edition), edition.id))
                return
            if verdict == Verdict.NOTHING:
                self.closed.append(Closed(car.id, edition.id))
                return
            if verdict == Verdict.OTHER_FINDING:
                left.append(Left(car.id, edition.id, Reason.OTHER_FINDING))
            elif edition.reference == car.reference:
                left.append(Left(car.id, edition.id, Reason.NO_LONGER_LISTED))
        self.left += [each for each in left if (each.car, each.edition) not in self.situation.left]
        if car.id in self.fresh:
            self._take_back(car, {each.edition for each in left})

    def _take_back(self, car: Car, leaving: set[UUID]) -> None:
        """What waits for a decision about a CAR that has moved, though that audit does not come upon it any more."""
        self.no_longer_left += [
            NoLongerLeft(car.id, edition.id)
            for edition in self.editions
            if (car.id, edition.id) in self.situation.undecided and edition.id not in leaving
        ]

    def _judges_of(self, car: Car) -> list[Edition]:
        """The audits that come upon it now: this one; what is fresh, all the later ones."""
        editions = self.editions if car.id in self.fresh else [self.audit]
        return [edition for edition in editions if self._comes_upon(edition, car)]

    def _comes_upon(self, edition: Edition, car: Car) -> bool:
        if edition.reference == car.reference:
            return car.root not in self.listed[edition.id]
        return edition.place > car.place

    def _goes_on_as(self, car: Car, edition: Edition) -> UUID | None:
        """The CAR of that edition which takes its place; None where a person has yet to choose."""
        candidates = {
            self.living[self._root_of(entry)]: entry.title for entry in edition.cars_on(car.requirement)
        }
        if len(candidates) == 1:
            return next(iter(candidates))
        same = [each for each, title in candidates.items() if normalised(title) == normalised(car.title)]
        if len(same) == 1:
            return same[0]
        self.choices.append(Choice(car.id, edition.id, tuple(candidates)))
        chosen = self.chosen.get(car.id)
        return chosen if chosen in candidates else None
