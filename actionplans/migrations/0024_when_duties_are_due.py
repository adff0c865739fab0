"""By when parties were to do what they were asked already, and whether they have said that it is done."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

from actionplans.annex import Document
from actionplans.duties.owned import action_in, due_on


def note_when_due(apps, _schema_editor):
    """The next day's sweep looks at them: what lies before is not caught up."""
    Duty, DutyReport = (apps.get_model("actionplans", name) for name in ("Duty", "DutyReport"))
    look_on = timezone.now().date() + timedelta(days=1)
    duties = Duty.objects.exclude(status="ended").select_related("revision")
    for duty in duties.order_by("revision").iterator(chunk_size=200):
        row = action_in(Document.from_json(duty.revision.document), duty.row_id)
        duty.due_on = row and due_on(row)
        if duty.status == "accepted":
            reports = DutyReport.objects.filter(duty=duty, reported_at__gte=duty.changed_at)
            duty.is_done = reports.order_by("-reported_at").values_list("state", flat=True).first() == "done"
            duty.remind_on = look_on if duty.due_on and not duty.is_done else None
        duty.save(update_fields=["due_on", "is_done", "remind_on"])


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0023_duties_due'),
    ]

    operations = [
        migrations.RunPython(note_when_due, migrations.RunPython.noop),
    ]
