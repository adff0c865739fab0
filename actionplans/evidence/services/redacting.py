"""Taking a file out: its bytes, its name and its description go; row, digest and record stay."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.evidence import events, policy
from actionplans.evidence.models import EvidenceFile
from actionplans.evidence.services.rows import lock_file
from actionplans.evidence.storing import discard
from actionplans.plans.events import ENTRY_REDACTED
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, record, redact
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent

LONGEST_REASON = 500


@transaction.atomic
def redact_evidence(*, file_id: UUID, actor: Actor, reason: str) -> EvidenceFile:
    """Take the file out for everyone and for good, also out of the record's sentences about it.

    InvalidInput without a reason. The bytes go once this is committed; should the store be away then, the
    sweep deletes them.
    """
    file = lock_file(file_id)
    policy.check_redacts(actor, file)
    _check_sees(actor, file)
    reason = _cleaned(reason)
    key = file.storage_key
    file.name = file.description = ""
    file.redacted_at = timezone.now()
    file.save(update_fields=["name", "description", "redacted_at"])
    for sequence in _entries_naming(file):
        redact(
            aggregate=Aggregate.PLAN,
            aggregate_id=file.plan_id,
            sequence=sequence,
            actor=actor,
            kind=ENTRY_REDACTED,
        )
    kind = events.EVIDENCE_REDACTED_BY_OPERATOR if actor.is_operator else events.EVIDENCE_REDACTED
    record(
        aggregate=Aggregate.PLAN,
        aggregate_id=file.plan_id,
        kind=kind.name,
        actor=actor,
        data={"file": str(file.pk), "sha256": file.sha256},
        redactable={"reason": reason},
    )
    transaction.on_commit(partial(discard, key), robust=True)
    return file


def _check_sees(actor: Actor, file: EvidenceFile) -> None:
    """The operator answers for what it sees: not for what is about something that it does not get."""
    if not EvidenceFile.objects.visible_to(actor).filter(pk=file.pk).exists():
        raise NotAllowed(_("You cannot take out a file that is not shown to you."))


def _cleaned(reason: str) -> str:
    text = " ".join(reason.replace("\0", "").split())
    if not text:
        sentence = _("Say why the file is taken out, without repeating whom it names.")
        raise InvalidInput(sentence, fields={"reason": [sentence]})
    if len(text) > LONGEST_REASON:
        sentence = _("Say it in %(most)s characters; it has %(n)s.") % {
            "most": LONGEST_REASON,
            "n": len(text),
        }
        raise InvalidInput(sentence, fields={"reason": [sentence]})
    return text


def _entries_naming(file: EvidenceFile) -> list[int]:
    """The places on the plan's record whose sentences name the file."""
    named = AuditEvent.objects.filter(
        aggregate=Aggregate.PLAN,
        aggregate_id=file.plan_id,
        data__file=str(file.pk),
        content__redacted_at=None,
    )
    return list(named.order_by("sequence").values_list("sequence", flat=True))
