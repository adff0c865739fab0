"""How mail stands, and what was given up: the operator's managers see why, and have it sent again."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carportal.core.actor import Actor
from carportal.core.administration import may_administer
from carportal.core.audit import Aggregate, EventKind, Reader, record, register_event_kinds
from carportal.core.bounces.models import MailAddress
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import Delivery
from carportal.core.wake import wake_worker

SENT_AGAIN = EventKind(
    "mail_sent_again",
    gettext_lazy("Had mail sent again that was given up: %(count)s"),
    frozenset({Reader.OPERATOR}),
)
register_event_kinds(SENT_AGAIN)


class MailFigures(NamedTuple):
    """Mails that are due and not sent, for how many seconds the oldest of them is (0 without any), and those given up."""

    waiting: int
    oldest_waiting: int
    given_up: int


# In SQL, since /healthz asks by a connection of its own; each part is served by an index of its own.
FIGURES = """
    SELECT due.waiting, coalesce(extract(epoch FROM now() - due.since)::int, 0), failed.given_up
    FROM (
        SELECT count(*) AS waiting, min(next_attempt_at) AS since
        FROM core_delivery WHERE state = 'pending' AND next_attempt_at <= now()
    ) AS due,
    (SELECT count(*) AS given_up FROM core_delivery WHERE state = 'failed') AS failed
"""


def given_up() -> QuerySet[Delivery]:
    """Without what they say, the latest first."""
    failed = Delivery.objects.filter(state=Delivery.State.FAILED).select_related("notification")
    return failed.defer("subject", "text", "html", "calendar").order_by("-next_attempt_at", "-id")


@transaction.atomic
def send_again(*, actor: Actor, ids: Collection[UUID] | None = None) -> int:
    """Have mails that were given up tried anew as if they had never been, those of `ids` or all; how many.

    What is not due any more by then is not sent. Two who ask at once have each mail tried once. What goes to an
    address that takes no mail stays where it is: somebody has to say first that it works again.
    """
    if not may_administer(actor) or actor.organisation_id is None:
        raise NotAllowed(_("Only the operator's managers have mail sent again."))
    rows = Delivery.objects.filter(state=Delivery.State.FAILED)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    in_trouble = MailAddress.objects.in_trouble().filter(address=Lower(OuterRef("notification__address")))
    sendable = rows.exclude(Exists(in_trouble)).select_for_update(of=("self",))
    chosen = list(sendable.order_by("pk").values_list("pk", flat=True))
    if not chosen and ids is not None and rows.exists():
        raise Conflict(
            _(
                "Mail to this address does not arrive. Once it is mended, say first that the address works again."
            )
        )
    if not chosen:
        return 0
    Delivery.objects.filter(pk__in=chosen).update(
        state=Delivery.State.PENDING, attempts=0, leased_until=None, next_attempt_at=timezone.now()
    )
    record(
        aggregate=Aggregate.ORGANISATION,
        aggregate_id=actor.organisation_id,
        kind=SENT_AGAIN.name,
        actor=actor,
        data={"count": len(chosen)},
    )
    transaction.on_commit(wake_worker, robust=True)
    return len(chosen)
