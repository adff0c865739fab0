"""Mails that bring an appointment; its kept copy is emptied with the rest, or not at all."""

from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE FUNCTION core_keep_what_was_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.text = '' AND NEW.html = '' AND NEW.calendar = ''
       AND to_jsonb(NEW) - ARRAY['text', 'html', 'calendar'] = to_jsonb(OLD) - ARRAY['text', 'html', 'calendar'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'delivery % has been sent and does not change', OLD.id;
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION core_keep_what_was_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.text = '' AND NEW.html = ''
       AND to_jsonb(NEW) - ARRAY['text', 'html'] = to_jsonb(OLD) - ARRAY['text', 'html'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'delivery % has been sent and does not change', OLD.id;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_forgotten_mails")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="calendar",
            field=models.TextField(blank=True),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
