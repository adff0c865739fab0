"""Reminders that are owed already are known by their days from now on, and shares by when they asked."""

from django.db import migrations
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Replace, TruncDate

NAMES = {
    "two-weeks-before": "14-before",
    "day-before": "1-before",
    "week-after": "7-after",
    "two-weeks-after": "14-after",
    "three-weeks-after": "21-after",
    "four-weeks-after": "28-after",
    "operator": "35-after",
}
KINDS = ["update_due", "update_missing", "reply_awaited"]


def name_by_days(apps, _schema_editor):
    for name, by_days in NAMES.items():
        _rename(apps, name, by_days)


def name_as_before(apps, _schema_editor):
    """Those of other days have no other name; nothing is owed by them any more."""
    for name, by_days in NAMES.items():
        _rename(apps, by_days, name)


def _rename(apps, before, after):
    owed = apps.get_model("core", "Notification").objects.filter(kind__in=KINDS)
    named = owed.filter(Q(period=before) | Q(period__endswith=f" {before}"))
    named.update(period=Replace("period", Value(before), Value(after)))


def note_when_shares_asked(apps, _schema_editor):
    """The next sweep looks at each that waits; what was told of it already has its notification.

    By the date in Greenwich, which is at most a day beside that at the site.
    """
    newest = apps.get_model("actionplans", "SharedRevision").objects.filter(share=OuterRef("pk"))
    sent_on = newest.order_by("-sent_at").values(on=TruncDate("sent_at"))[:1]
    shares = apps.get_model("actionplans", "PlanShare").objects
    shares.exclude(status__in=["informed", "withdrawn"]).update(asked_on=Subquery(sent_on))
    shares.filter(status__in=["awaiting", "acknowledged"]).update(remind_on=F("asked_on"))


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0020_reminders_of_replies'),
        ('core', '0006_told'),
    ]

    operations = [
        migrations.RunPython(name_by_days, name_as_before),
        migrations.RunPython(note_when_shares_asked, migrations.RunPython.noop),
    ]
