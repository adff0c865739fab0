"""What is outstanding with each customer or other party, as the operator may know it: numbers, and the list behind each."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from actionplans.filters import ACTION_FROM, REPLY_FROM
from actionplans.models import Duty, PlanShare
from carportal.web.overview import Bar
from findings.filters import Filters
from stakeholders.models import Organisation


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Of one party: CARs whose plan waits for its reply, and CARs with an action that is still its to do."""

    party: str
    replies: Bar
    actions: Bar


def parties_with(filters: Filters) -> QuerySet[Organisation]:
    """Those with whom anything is outstanding, by name: an order that says nothing of them."""
    here = [
        Exists(rows.filter(**{organisation: OuterRef("pk")}))
        for rows, organisation, _finding in _kinds(filters)
    ]
    return Organisation.objects.filter(Q(here[0]) | Q(here[1])).order_by("name", "pk")


def outstanding_with(filters: Filters, parties: Collection[Organisation]) -> list[Outstanding]:
    """For each of these parties, in their order; one query for all."""
    replies, actions = _counted(filters, [party.pk for party in parties]) if parties else ({}, {})
    return [
        Outstanding(
            party.name,
            _bar(filters, REPLY_FROM.name, party, replies.get(party.pk, 0)),
            _bar(filters, ACTION_FROM.name, party, actions.get(party.pk, 0)),
        )
        for party in parties
    ]


def _bar(filters: Filters, name: str, party: Organisation, number: int) -> Bar:
    return Bar(party.name, number, filters.url(**{name: str(party.pk)}))


def _kinds(filters: Filters) -> list[tuple[QuerySet[Any], str, str]]:
    """The rows of each kind, and the paths from one of them to its party and to its CAR."""
    actor = filters.view.actor
    shares = PlanShare.objects.with_state_open_to(actor).waiting_for_reply()
    duties = Duty.objects.with_state_open_to(actor).outstanding()
    findings = filters.findings.order_by()
    return [
        (shares.filter(plan__finding__in=findings), "organisation", "plan__finding"),
        (duties.filter(share__plan__finding__in=findings), "share__organisation", "share__plan__finding"),
    ]


def _counted(filters: Filters, ids: list[UUID]) -> list[Counter[UUID]]:
    parts = [
        rows.filter(**{f"{organisation}__in": ids})
        .order_by()
        .values(organisation)
        .annotate(place=Value(place), number=Count(finding, distinct=True))
        .values_list("place", organisation, "number")
        for place, (rows, organisation, finding) in enumerate(_kinds(filters))
    ]
    counts: list[Counter[UUID]] = [Counter(), Counter()]
    for place, party, number in parts[0].union(parts[1], all=True):
        counts[place][party] = number
    return counts
