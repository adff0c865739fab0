"""What the planner keeps to whatever audits there are, in whatever order they are published."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from findings.publishing import Car, Edition, Entry, Plan, Situation, Verdict, plan_publication
from findings.publishing.situation import Place, normalised
from findings.requirements import Requirement
from tests.findings.process import Process, Report

NAMESPACE = UUID(int=7)
AREAS = ["5", "5A", "10B"]
CODES = ["5.A", "5A.A", "10B.A"]
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """The site as the plans so far have left it."""

    editions: dict[str, Edition]
    cars: dict[UUID, Car]
    turn: int = 0

    def publish(self, report: Report) -> Plan:
        self.turn += 1
        edition = edition_of(report, Place(report.on, START + timedelta(seconds=self.turn), report.reference))
        situation = Situation(edition, tuple(self.editions.values()), tuple(self.cars.values()))
        # Whoever has to choose takes the first.
        choices = {choice.car: choice.candidates[0] for choice in plan_publication(situation).choices}
        plan = plan_publication(situation, choices)
        self._apply(edition, plan)
        return plan

    def _apply(self, edition: Edition, plan: Plan) -> None:
        for entry in edition.entries:
            if entry.id in plan.raised:
                self.cars[entry.id] = Car(
                    entry.id, edition.reference, edition.place, entry.requirement, entry.title, entry.id
                )
        raised = tuple(replace(entry, car=entry.id) if entry.is_car else entry for entry in edition.entries)
        self.editions[edition.reference] = replace(edition, entries=raised)
        by_id = {each.id: each.reference for each in self.editions.values()}
        for ended in plan.superseded:
            assert ended.by is not None
            self._end(ended.car, by_id[ended.edition], successor=ended.by)
        for closed in plan.closed:
            self._end(closed.car, by_id[closed.edition])

    def _end(self, car: UUID, reference: str, successor: UUID | None = None) -> None:
        assert self.cars[car].is_under_way, "what has ended changes no more"
        self.cars[car] = replace(self.cars[car], ended_by=reference, successor=successor)

    def under_way(self) -> set[tuple[str, str, str]]:
        return {
            (car.reference, str(car.requirement), car.title) for car in self.cars.values() if car.is_under_way
        }


def edition_of(report: Report, place: Place) -> Edition:
    entries = [(code, True, title) for code, title in report.cars]
    entries += [(code, False, "") for code in sorted(report.others)]
    return Edition(
        id=uuid5(NAMESPACE, report.reference),
        reference=report.reference,
        place=place,
        is_periodic=report.periodic,
        scope=report.scope,
        entries=tuple(
            Entry(
                id=uuid5(NAMESPACE, f"{report.reference} {code} {is_car} {title}"),
                requirement=Requirement(*code.split(".")),
                is_car=is_car,
                title=title,
            )
            for code, is_car, title in entries
        ),
    )


@st.composite
def reports(draw: st.DrawFn, *, same_days: bool = True) -> list[Report]:
    days = draw(st.lists(st.integers(0, 6), min_size=1, max_size=6, unique=not same_days))
    return [_report(draw, number, day) for number, day in enumerate(days)]


def _report(draw: st.DrawFn, number: int, day: int) -> Report:
    scope = draw(st.frozensets(st.sampled_from(AREAS), min_size=1))
    codes = [code for code in CODES if code.partition(".")[0] in scope]
    found = st.tuples(st.sampled_from(codes), st.sampled_from(["one", "two", "three"]))
    return Report(
        reference=f"A{number}",
        on=date(2024, 1, 1) + timedelta(days=day),
        periodic=draw(st.booleans()),
        scope=scope,
        cars=draw(st.lists(found, max_size=4, unique=True)),
        others=draw(st.frozensets(st.sampled_from(codes))),
    )


def publish_all(published: Sequence[Report]) -> World:
    world = World({}, {})
    for report in published:
        world.publish(report)
    return world


@given(st.data(), reports(same_days=False))
def test_publishing_in_any_order_leaves_the_same_cars_under_way(data: st.DataObject, held: list[Report]):
    assert publish_all(data.draw(st.permutations(held))).under_way() == publish_all(held).under_way()


@given(reports())
def test_planner_does_what_the_process_says(held: list[Report]):
    process, world = Process(), World({}, {})
    for report in held:
        process.publish(report)
        plan = world.publish(report)
        known = {(car.reference, str(car.requirement), car.title): car for car in world.cars.values()}
        assert len(known) == len(process.cars)
        for car in process.cars:
            ours = known[car.report.reference, car.requirement, car.title]
            assert ours.ended_by == (car.by.reference if car.by else None)
            titles = {each.title for each in car.successors}
            assert (world.cars[ours.successor].title in titles) if ours.successor else not titles
        assert not plan.kept
        assert not plan.raised_anew


@given(reports())
def test_every_end_names_an_audit_that_may_end_it(held: list[Report]):
    world = publish_all(held)
    for car in world.cars.values():
        if car.ended_by is None:
            continue
        edition = world.editions[car.ended_by]
        assert edition.is_periodic
        assert edition.place > car.place
        if car.successor is None:
            assert edition.verdict(car.requirement) == Verdict.NOTHING
        else:
            successor = world.cars[car.successor]
            assert (successor.reference, successor.requirement) == (car.ended_by, car.requirement)


@given(reports(), st.data())
def test_edition_that_changes_nothing_does_nothing(held: list[Report], data: st.DataObject):
    world = publish_all(held)
    edition = data.draw(st.sampled_from(list(world.editions.values())))
    others = tuple(each for each in world.editions.values() if each is not edition)
    again = replace(edition, id=uuid5(edition.id, "2"))
    plan = plan_publication(Situation(again, others, tuple(world.cars.values()), former_place=edition.place))
    kept = {(entry.car, entry.id) for entry in edition.entries if entry.is_car}
    assert set(plan.kept) == kept
    left = tuple(each for each in plan.left if each.edition == again.id)
    assert replace(plan, kept=(), left=()) == Plan()
    assert plan.left == left


@settings(max_examples=settings().max_examples // 2)
@given(st.text(max_size=40))
def test_titles_are_the_same_whatever_their_case_spaces_and_stops(title: str):
    assert normalised(f"  {title.upper()}. ") == normalised(title.upper())
    assert normalised("Overtime – pay!") == normalised("overtime  PAY")
