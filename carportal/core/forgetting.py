"""Emptying the kept copies of mails that quoted what must no longer be kept."""

import re
from collections.abc import Callable, Collection
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from carportal.core.models import Delivery


def forget_content(*, object_ids: Collection[UUID], holds: Callable[[str], bool]) -> int:
    """Empty the copy of each mail about one of these objects whose text `holds` it; the count of them.

    The mail itself has left. Called in the transaction that removes the words from what mails quote: one
    that a worker is sending at this moment is not kept as it was rendered, and goes out once more without them.
    """
    about_them = Delivery.objects.filter(notification__object_id__in=object_ids)
    waiting = about_them.filter(state=Delivery.State.PENDING).select_for_update(of=("self",)).order_by("pk")
    being_sent = [each.pk for each in waiting if each.leased_until and each.leased_until > timezone.now()]
    # The count of attempts is by what a worker recognises the row it took.
    Delivery.objects.filter(pk__in=being_sent).update(attempts=F("attempts") + 1, leased_until=None)
    # One that was told with others is in the copy of their mail.
    told_in = Delivery.objects.filter(pk__in=about_them.exclude(told_in=None).values("told_in"))
    kept = [
        rows.filter(state=Delivery.State.SENT).exclude(text="").values_list("pk", "text", "calendar")
        for rows in (about_them, told_in)
    ]
    texts = kept[0].union(kept[1])
    forgotten = [pk for pk, text, calendar in texts.iterator() if holds(text) or holds(_unfolded(calendar))]
    return Delivery.objects.filter(pk__in=forgotten).update(text="", html="", calendar="")


def _unfolded(calendar: str) -> str:
    """What its lines say, which are broken at 75 octets, within words too, and escape some signs."""
    return re.sub(r"\\([,;\\])", r"\1", calendar.replace("\r\n ", ""))
