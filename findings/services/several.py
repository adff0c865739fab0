"""Publishing several audits as one: in the order of their dates, all of them or none.

What a later audit does depends on what an earlier one of its site has done. So the preview really publishes
them, one after the other, in a transaction that is rolled back; while it does, others wait for these sites.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from findings.models import Audit
from findings.services.applying import new_car_reference
from findings.services.publication import Preview, preview_publication, publish_audit
from stakeholders.models import Site

T = TypeVar("T")

# As many as are published within the time that a person waits for a page.
MOST = 100


@dataclass(frozen=True, slots=True)
class Rehearsed(Generic[T]):
    """What publishing this audit will do, as `tell` put it while it was done."""

    audit: Audit
    told: T


@dataclass(frozen=True, slots=True)
class LeftOut:
    audit: Audit
    reason: str


@dataclass(frozen=True, slots=True)
class Rehearsal(Generic[T]):
    """What publishing the audits will do, in their order, and which of them are not among them."""

    audits: Sequence[Rehearsed[T]]
    left_out: Sequence[LeftOut]
    digest: str


# The new CARs of the audits before, by their titles: they exist in the rehearsal only.
NewCars = Mapping[UUID, str]


def rehearse_publications(
    *, audit_ids: Collection[UUID], actor: Actor, tell: Callable[[Preview, NewCars], T]
) -> Rehearsal[T]:
    """What publishing these audits will do. Left out is what needs a choice, and what comes after it at its site.

    `tell` is called for each while its preview holds; afterwards all is as it was before.
    """
    with transaction.atomic():
        rehearsal = _Run(actor, tell)
        for audit in _in_order(audit_ids):
            rehearsal.publish(audit)
        transaction.set_rollback(True)
    return Rehearsal(rehearsal.audits, rehearsal.left_out, rehearsal.digest())


@transaction.atomic
def publish_audits(*, audit_ids: Collection[UUID], actor: Actor, digest: str) -> list[Audit]:
    """Publish these audits and do all that the rehearsal with this `digest` said; once, however often asked.

    Conflict, and nothing is published, where that is something else by now.
    """
    audits = _in_order(audit_ids)
    if audits and not any(audit.is_draft for audit in audits):
        return audits
    run = _Run(actor, lambda _preview, _new: None, rehearses=False)
    for audit in audits:
        run.publish(audit)
    if run.left_out or run.digest() != digest:
        raise Conflict(_("Something has changed since you looked. Look at what publishing will do now."))
    return audits


def _in_order(audit_ids: Collection[UUID]) -> list[Audit]:
    """The audits by date, with the locks on their sites, which are taken in one order."""
    if len(audit_ids) > MOST:
        raise InvalidInput(_("Choose up to %(most)s audits at once.") % {"most": MOST})
    sites = Site.objects.filter(audits__in=audit_ids).values("pk")
    list(Site.objects.select_for_update(no_key=True).filter(pk__in=sites).order_by("pk").values_list("pk"))
    audits = Audit.objects.filter(pk__in=audit_ids).select_related("site", "audit_company")
    found = list(audits.order_by("date", "created_at", "reference"))
    if len(found) < len(set(audit_ids)):
        raise Conflict(_("One of these audits has been discarded."))
    return found


class _Run(Generic[T]):
    """One audit after the other, each as it is published by itself."""

    def __init__(
        self, actor: Actor, tell: Callable[[Preview, NewCars], T], *, rehearses: bool = True
    ) -> None:
        self.actor = actor
        self.tell = tell
        self.audits: list[Rehearsed[T]] = []
        self.left_out: list[LeftOut] = []
        self.new: dict[UUID, str] = {}
        self._digests: list[str] = []
        self._stopped: set[UUID] = set()
        # A number that is taken from the sequence is not given back.
        self._new_reference = _no_reference if rehearses else new_car_reference

    def publish(self, audit: Audit) -> None:
        if audit.site_id in self._stopped:
            self._leave_out(audit, _("An earlier audit of this site has to be published before it."))
            return
        preview = preview_publication(audit_id=audit.pk, actor=self.actor)
        if preview.plan.choices:
            self._leave_out(audit, _("You have to choose as which CAR another goes on."))
            return
        self.audits.append(Rehearsed(preview.audit, self.tell(preview, self.new)))
        publish_audit(
            audit_id=audit.pk,
            actor=self.actor,
            digest=preview.digest,
            new_reference=self._new_reference,
        )
        self.new |= {pk: _titled(preview, pk) for pk in preview.plan.raised}
        self._digests.append(f"{audit.pk} {preview.digest}")

    def _leave_out(self, audit: Audit, reason: str) -> None:
        self._stopped.add(audit.site_id)
        self.left_out.append(LeftOut(audit, reason))

    def digest(self) -> str:
        return hashlib.sha256("\n".join(self._digests).encode()).hexdigest()


def _no_reference() -> str:
    """What no CAR is called for longer than a rehearsal takes."""
    return f"NEW-{uuid4().hex[:16]}"


def _titled(preview: Preview, pk: UUID) -> str:
    entry = preview.loaded.entries[pk]
    return f"{entry.raw_code} {entry.issue_title}"
