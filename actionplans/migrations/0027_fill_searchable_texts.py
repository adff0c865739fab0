from django.db import migrations

from actionplans.searching.texts import of_plan

AT_ONCE = 500


def fill(apps, schema_editor):
    """The texts of the plans that there are, a number of plans at a time."""
    plan_text = apps.get_model('actionplans', 'PlanText')
    plans = apps.get_model('actionplans', 'ActionPlan').objects.select_related('published').prefetch_related(
        'draft_fields', 'draft_rows', 'revisions', 'shares'
    )
    rows = []
    for plan in plans.iterator(chunk_size=AT_ONCE):
        rows += [plan_text(plan_id=plan.pk, **each._asdict()) for each in of_plan(plan)]
        if len(rows) >= AT_ONCE:
            plan_text.objects.bulk_create(rows)
            rows = []
    plan_text.objects.bulk_create(rows)


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0026_searchable_texts'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
