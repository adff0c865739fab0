"""What was sent still does not change, but its kept copy may be emptied, so that redacted words do not survive in it."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION core_keep_what_was_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.text = '' AND NEW.html = ''
       AND to_jsonb(NEW) - ARRAY['text', 'html'] = to_jsonb(OLD) - ARRAY['text', 'html'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'delivery % has been sent and does not change', OLD.id;
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION core_keep_what_was_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'delivery % has been sent and does not change', OLD.id;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_protection")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
