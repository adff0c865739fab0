"""The process in its own words, as plain as can be: what the tests hold the portal against.

Knows neither the planner nor a database. An audit here is what stands in the report.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count


@dataclass(eq=False)
class Report:
    """An audit report; `cars` are (requirement, title), `others` the requirements of all other findings."""

    reference: str
    on: date
    periodic: bool
    scope: frozenset[str]
    cars: list[tuple[str, str]]
    others: frozenset[str]
    turn: int = 0  # which publication of the site it was

    @property
    def when(self) -> tuple[date, int]:
        return (self.on, self.turn)

    def assessed(self, requirement: str) -> bool:
        return requirement.partition(".")[0] in self.scope

    def cars_on(self, requirement: str) -> list[str]:
        return [title for code, title in self.cars if code == requirement]


@dataclass(eq=False)
class Car:
    report: Report
    requirement: str
    title: str
    status: str = "under way"
    by: Report | None = None
    # Any of these may be the successor: one, the one of the same title, or what a person chooses.
    successors: list["Car"] = field(default_factory=list)
    left_by: list[Report] = field(default_factory=list)


class Process:
    """One site: reports are published in any order, none is corrected."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.cars: list[Car] = []
        self._turns = count(1)

    def publish(self, report: Report) -> None:
        report.turn = next(self._turns)
        self.reports.append(report)
        earlier = [car for car in self.cars if car.report.when < report.when]
        raised = [Car(report, requirement, title) for requirement, title in report.cars]
        self.cars += raised
        for car in earlier:
            self._judge(car, report)
        for later in sorted(self.reports, key=lambda each: each.when):
            for car in raised:
                if later.when > report.when:
                    self._judge(car, later)

    def decide_closed(self, car: Car, report: Report) -> None:
        car.status, car.by = "closed", report

    def _judge(self, car: Car, report: Report) -> None:
        if car.status != "under way" or not report.periodic or not report.assessed(car.requirement):
            return
        again = [each for each in self.cars if each.report is report and each.requirement == car.requirement]
        if again:
            same = [each for each in again if each.title == car.title]
            car.status, car.by, car.successors = "superseded", report, same or again
        elif car.requirement in report.others:
            car.left_by.append(report)
        else:
            car.status, car.by = "closed", report


def fate(reports: list[Report], requirement: str, when: tuple[date, int]) -> bool:
    """Whether an issue seen at that time goes on as some CAR, by all reports as they stand now."""
    for later in _judges(reports, requirement, when):
        if later.cars_on(requirement):
            return fate(reports, requirement, later.when)
        if requirement not in later.others:
            return False
    return True


def judged(reports: list[Report], requirement: str, when: tuple[date, int]) -> bool:
    """Whether some report ends a CAR of that time."""
    return any(
        later.cars_on(requirement) or requirement not in later.others
        for later in _judges(reports, requirement, when)
    )


def _judges(reports: list[Report], requirement: str, when: tuple[date, int]) -> Iterator[Report]:
    for each in sorted(reports, key=lambda each: each.when):
        if each.when > when and each.periodic and each.assessed(requirement):
            yield each
