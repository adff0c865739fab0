"""What the database itself refuses: rewriting history. And the sequence that references come from."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_auditcheckpoint
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON core_auditcontent
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION core_only_a_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.event_id = OLD.event_id AND OLD.redacted_at IS NULL
       AND NEW.redacted_at IS NOT NULL AND NEW.content IS NULL AND NEW.salt IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'content of event % may only be redacted', OLD.event_id;
END $$;
CREATE TRIGGER only_a_tombstone BEFORE UPDATE ON core_auditcontent
    FOR EACH ROW EXECUTE FUNCTION core_only_a_tombstone();

CREATE FUNCTION core_keep_what_was_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'delivery % has been sent and does not change', OLD.id;
END $$;
CREATE TRIGGER keep_what_was_sent BEFORE UPDATE ON core_delivery
    FOR EACH ROW WHEN (OLD.state = 'sent') EXECUTE FUNCTION core_keep_what_was_sent();

CREATE SEQUENCE core_reference_car;
"""

BACKWARD = """
DROP SEQUENCE core_reference_car;
DROP TRIGGER keep_what_was_sent ON core_delivery;
DROP FUNCTION core_keep_what_was_sent();
DROP TRIGGER only_a_tombstone ON core_auditcontent;
DROP FUNCTION core_only_a_tombstone();
DROP TRIGGER append_only ON core_auditcontent;
DROP TRIGGER append_only ON core_audithead;
DROP TRIGGER append_only ON core_auditcheckpoint;
DROP TRIGGER append_only ON core_auditevent;
DROP FUNCTION core_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
