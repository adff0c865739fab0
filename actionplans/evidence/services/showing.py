"""Changing who sees a file."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from actionplans.evidence import events, policy
from actionplans.evidence.models import EvidenceFile, ShownTo
from actionplans.evidence.services.naming import check_names, party_of
from actionplans.evidence.services.rows import lock_file, readers_of, record_named
from carportal.core.actor import Actor


@transaction.atomic
def show_evidence(
    *,
    file_id: UUID,
    actor: Actor,
    shown_to: ShownTo,
    party_id: UUID | None = None,
    confirmed_names: Collection[UUID] = (),
) -> EvidenceFile:
    """Show the file to these readers and no others, from now on; what was downloaded is out of reach."""
    file = lock_file(file_id)
    policy.check_shows(actor, file)
    if (file.shown_to, file.party_id) == (shown_to, party_id):
        return file
    party = party_of(file.plan, file.subject, shown_to, party_id)
    words = f"{file.name}\n{file.description}"
    check_names(file.plan, file.subject, words, shown_to, party, confirmed_names)
    file.shown_to, file.party = shown_to, party
    file.save(update_fields=["shown_to", "party"])
    record_named(file, events.EVIDENCE_SHOWN, actor, readers=readers_of(file))
    return file
