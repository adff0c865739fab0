"""What is written of a PDF: that it is owed, what became of it, and that it must go.

Who may have it, the page has asked before; it writes nothing of the plan, so its record says nothing of it.
"""

import hashlib
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.pdf.models import Rendering
from actionplans.pdf.storing import discard
from actionplans.plans.models import ActionPlan, Revision
from actionplans.plans.services import lock_plan
from carportal.core.errors import Conflict
from carportal.core.printing import Printable, Reason
from carportal.core.wake import send_task

MAKE = "actionplans.tasks.make_pdfs"


def key_of(printable: Printable, reader_id: UUID | None) -> str:
    """The digest of its row. Each organisation has its own, or how soon it is served would tell of another."""
    return hashlib.sha256(f"{printable.digest} {reader_id}".encode()).hexdigest()


@transaction.atomic
def owe_rendering(
    *, printable: Printable, reader_id: UUID | None, revision: Revision | None = None, again: bool = False
) -> Rendering:
    """Have a worker make it, once, however many ask; with `again` also where that has failed or was lost.

    Conflict where words were removed from the revision since it was read: the row would bring them back.
    """
    if revision is not None:
        lock_plan(revision.plan_id)
        if not Revision.objects.filter(pk=revision.pk, redacted_sha256=revision.redacted_sha256).exists():
            raise Conflict(_("Words have been removed from this version. Open it again."))
    rendering, _is_new = Rendering.objects.select_for_update().get_or_create(
        digest=key_of(printable, reader_id),
        defaults={
            "plan_id": revision.plan_id if revision else None,
            "source": printable.to_json(),
            "due_at": timezone.now(),
        },
    )
    if again and (rendering.is_ready or rendering.has_failed):
        lost = rendering.storage_key
        rendering.make_again(source=printable.to_json(), at=timezone.now())
        rendering.save()
        transaction.on_commit(partial(discard, lost), robust=True)
    transaction.on_commit(partial(send_task, MAKE))
    return rendering


@transaction.atomic
def note_made(*, claimed: Rendering, key: str, content: bytes) -> bool:
    """Whether the file is wanted still: not where its row has gone meanwhile, or another worker was faster."""
    rendering = _locked(claimed)
    if rendering is None:
        return False
    rendering.keep(key=key, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    rendering.save()
    return True


@transaction.atomic
def note_failed(*, claimed: Rendering, reason: Reason) -> None:
    rendering = _locked(claimed)
    if rendering is not None:
        rendering.give_up(reason=reason)
        rendering.save()


def note_used(rendering: Rendering) -> None:
    """Once a day is enough to know that somebody still wants it."""
    today = timezone.localdate()
    if rendering.used_on != today:
        Rendering.objects.filter(pk=rendering.pk).update(used_on=today)


def forget_renderings(plan: ActionPlan) -> None:
    """All that was made of a plan, under its lock; what is being made now finds its row gone."""
    renderings = Rendering.objects.filter(plan=plan)
    keys = list(renderings.select_for_update().values_list("storage_key", flat=True))
    renderings.delete()
    transaction.on_commit(partial(discard, *keys), robust=True)


def _locked(claimed: Rendering) -> Rendering | None:
    """The row, if it still waits for this very attempt."""
    return (
        Rendering.objects.select_for_update()
        .filter(pk=claimed.pk, status=claimed.status, attempts=claimed.attempts)
        .first()
    )
