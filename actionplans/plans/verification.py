"""Whether every revision says what it said when it was frozen, but for words whose redaction is on the record."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from actionplans.annex import document_digest
from actionplans.plans import events
from actionplans.plans.models import Revision
from carportal.core.audit import Aggregate, Report
from carportal.core.models import AuditEvent

BATCH = 500  # revisions in memory at a time


def check_revisions(report: Report) -> None:
    """Registered with the audit trail's `verify`, which has walked the events that this relies on."""
    revisions = Revision.objects.order_by("plan_id", "number").iterator(chunk_size=BATCH)
    while batch := list(islice(revisions, BATCH)):
        told = _Told({revision.plan_id for revision in batch})
        for revision in batch:
            report.texts += 1
            if problem := told.problem_of(revision):
                report.add(f"plan {revision.plan_id}, version {revision.number}", problem)


class _Told:
    """What the chains of these plans tell of their revisions."""

    def __init__(self, plan_ids: Iterable[UUID]) -> None:
        chained = AuditEvent.objects.filter(aggregate=Aggregate.PLAN, aggregate_id__in=plan_ids)
        self.frozen: dict[str, str] = {}
        self.redacted: dict[str, str] = {}
        # A file has a digest, too.
        for data in chained.filter(data__has_keys=["revision", "sha256"]).values_list("data", flat=True):
            self.frozen[data["revision"]] = data["sha256"]
        redactions = chained.filter(kind=events.WORDS_REDACTED.name).order_by("id")
        for data in redactions.values_list("data", flat=True):
            self.redacted |= dict(each.split() for each in data["redacted"])

    def problem_of(self, revision: Revision) -> str:
        """Empty where all is well."""
        pk, digest = str(revision.pk), document_digest(revision.document)
        if self.frozen.get(pk, revision.sha256) != revision.sha256:
            return "is not what was frozen"
        if digest == revision.sha256 and pk in self.redacted:
            return "holds again what was redacted"
        if digest not in {revision.sha256, self.redacted.get(pk)}:
            return "was changed"
        return ""
