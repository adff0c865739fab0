"""The day of the newest update of each CAR, for those that had one before there was such a column."""

from django.db import migrations

# At the site, as its days are counted wherever people agree on one. What has ended is filled in, too: that an ended
# CAR stays as it ended is for what comes later.
FILL = """
    ALTER TABLE findings_finding DISABLE TRIGGER USER;

    UPDATE findings_finding AS car SET last_update_on = newest.day
    FROM (
        SELECT plan.finding_id, max((posted_at AT TIME ZONE site.time_zone)::date) AS day
        FROM actionplans_update
        JOIN actionplans_actionplan AS plan ON plan.id = plan_id
        JOIN findings_finding AS finding ON finding.id = plan.finding_id
        JOIN stakeholders_site AS site ON site.id = finding.site_id
        GROUP BY plan.finding_id
    ) AS newest
    WHERE newest.finding_id = car.id;

    ALTER TABLE findings_finding ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0027_fill_searchable_texts"),
        ("findings", "0011_quick_lists"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
