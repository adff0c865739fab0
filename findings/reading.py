"""One CAR with all that a page about it goes by, in few statements.

Its row comes first, with what stands beside it; then the rows that several parts of the page go by; then what each
part reads itself (`findings.sections`, `findings.actions`). The rooms above register what is theirs.
"""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads, keep_below, side_by_side
from findings import policy
from findings.models import Escalation, Finding, Triage

RowsProvider = Callable[[Finding, Actor], Reads[None]]

_beside: list[str] = ["site__supplier", "audit", "closed_by"]
_providers: list[RowsProvider] = []


def register_beside(*names: str) -> None:
    """Have these relations of a CAR read along with its row; again changes nothing."""
    _beside.extend(name for name in names if name not in _beside)


def register_rows(provider: RowsProvider) -> RowsProvider:
    """Make known who reads rows below a CAR and leaves them where prefetched ones are; again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def visible_car(actor: Actor, pk: UUID) -> Finding:
    finding = _visible(actor, pk).first()
    if finding is None:
        raise Http404
    return finding


@prepared
def _visible(actor: Actor, pk: UUID) -> QuerySet[Finding]:
    return Finding.objects.visible_to(actor).filter(pk=pk).select_related(*_beside)


def rows_below(finding: Finding, actor: Actor) -> Reads[list[None]]:
    """Each provider takes of them what the actor may see."""
    return side_by_side([_own_rows(finding, actor), *(each(finding, actor) for each in _providers)])


def _own_rows(finding: Finding, actor: Actor) -> Reads[None]:
    if not policy.may_see_triage(actor, finding):
        return
    triages, escalations = _triages(finding.pk), _escalations(finding.pk)
    yield [triages, escalations]
    keep_below([finding], "triages", triages)
    keep_below([finding], "escalations", escalations)


@prepared
def _triages(finding_id: UUID) -> QuerySet[Triage]:
    return Triage.objects.filter(finding=finding_id)


@prepared
def _escalations(finding_id: UUID) -> QuerySet[Escalation]:
    return Escalation.objects.filter(finding=finding_id)
