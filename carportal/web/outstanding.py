"""What is outstanding with each customer or other party, as the operator may know it: numbers, and the list behind each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from actionplans.filters import ACTION_FROM, REPLY_FROM
from actionplans.models import Duty, PlanShare
from actionplans.work.reading import awaiting_reply
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
    """Those with whom anything is outstanding, by name: an order that says nothing of them.

    Their replies are counted party after party, in that order, until as many are found as are fetched.
    """
    actor = filters.view.actor
    findings = filters.findings.order_by()
    duties = Duty.objects.with_state_open_to(actor).outstanding()
    actions = duties.filter(share__plan__finding__in=findings, share__organisation=OuterRef("pk"))
    return (
        Organisation.objects.parties()
        .annotate(
            replies=_replies(filters),
            actions=_number(actions, "share__organisation", "share__plan__finding"),
        )
        .filter(Q(replies__gt=0) | Q(Exists(actions)))
        .order_by("name", "pk")
    )


def outstanding_with(filters: Filters, parties: Iterable[Any]) -> list[Outstanding]:
    """For each of the parties that `parties_with` found, in their order."""
    return [
        Outstanding(
            party.name,
            _bar(filters, REPLY_FROM.name, party, party.replies),
            _bar(filters, ACTION_FROM.name, party, party.actions),
        )
        for party in parties
    ]


def _bar(filters: Filters, name: str, party: Organisation, number: int) -> Bar:
    return Bar(party.name, number, filters.url(**{name: str(party.pk)}))


def _replies(filters: Filters) -> Coalesce:
    """Of how many CARs one is awaited from a party: as it is kept, where that tells all that the filters ask."""
    kept = awaiting_reply(filters)
    if kept is not None:
        return _number(kept.filter(party=OuterRef("pk")), "party", "finding")
    shares = PlanShare.objects.with_state_open_to(filters.view.actor).waiting_for_reply()
    asked = shares.filter(plan__finding__in=filters.findings.order_by(), organisation=OuterRef("pk"))
    return _number(asked, "organisation", "plan__finding")


def _number(rows: QuerySet[Any], party: str, finding: str) -> Coalesce:
    """How many CARs these rows are about; one may have several."""
    counted = rows.order_by().values(party).annotate(number=Count(finding, distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
