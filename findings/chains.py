"""A CAR across the audits: those whose place it took, and those that took its own."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads
from findings.models import Finding

Links = Mapping[UUID, Iterable[UUID]]


def chain_of(finding: Finding, actor: Actor) -> Reads[list[Finding]]:
    """All that the actor may see of it, the oldest first; the others are neither shown nor counted.

    A chain stays with one site and requirement, so two reads bring the whole of it.
    """
    around = finding.site_id, finding.area, finding.letter
    forwards: dict[UUID, list[UUID]] = defaultdict(list)
    backwards: dict[UUID, list[UUID]] = defaultdict(list)
    links, visible = _links(*around), _visible(actor, *around)
    yield [links, visible]
    for pk, *successors in links:
        for successor in filter(None, successors):
            forwards[pk].append(successor)
            backwards[successor].append(pk)
    members = _reached(finding.pk, forwards) | _reached(finding.pk, backwards)
    return [each for each in visible if each.pk in members]


@prepared
def _links(site_id: UUID, area: str, letter: str) -> QuerySet[Finding, tuple[UUID, UUID | None, UUID | None]]:
    around = Finding.objects.filter(site=site_id, area=area, letter=letter)
    return around.order_by().values_list("pk", "superseded_by", "raised_anew_as")


@prepared
def _visible(actor: Actor, site_id: UUID, area: str, letter: str) -> QuerySet[Finding]:
    around = Finding.objects.visible_to(actor).filter(site=site_id, area=area, letter=letter)
    return around.select_related("audit", "closed_by").order_by("raised_on", "reference")


def times_raised(findings: Iterable[Finding]) -> dict[UUID, int]:
    """How often each was raised along its chain, itself included; `findings` are all of one site.

    The days of the audits are counted: two CARs of one audit that end in the same new one were one time, and
    one that is raised anew keeps the day of the one that it takes up. A wrong end that was corrected since
    leads nowhere.
    """
    raised_on: dict[UUID, datetime.date] = {}
    backwards: dict[UUID, list[UUID]] = defaultdict(list)
    for finding in findings:
        raised_on[finding.pk] = finding.raised_on
        successor = finding.raised_anew_as_id or finding.superseded_by_id
        if successor is not None:
            backwards[successor].append(finding.pk)
    return {pk: len({raised_on[each] for each in _reached(pk, backwards)}) for pk in raised_on}


def _reached(start: UUID, links: Links) -> set[UUID]:
    reached: set[UUID] = set()
    waiting = [start]
    while waiting:
        pk = waiting.pop()
        if pk not in reached:
            reached.add(pk)
            waiting.extend(links.get(pk, ()))
    return reached
