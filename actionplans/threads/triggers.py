"""What the database lets nobody do to a comment, whatever code or hand writes to it."""

# The service lets a comment be changed for 10 minutes. The database counts by its own clock, from when the change
# comes to it: a minute more for clocks that differ and for locks that were waited for.
ONLY_CHANGED_AT_FIRST_OR_REDACTED = """
    IF NEW.edited_at IS DISTINCT FROM OLD.edited_at THEN
        IF NEW.edited_at IS NOT NULL AND clock_timestamp() < OLD.written_at + interval '11 minutes' THEN
            RETURN NEW;
        END IF;
    ELSIF actionplans_is_redaction(to_jsonb(OLD.text), to_jsonb(NEW.text)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Cannot change rows of % any more, only redact them', TG_TABLE_NAME;
"""

ANSWERS_A_COMMENT_OF_THE_THREAD = """
    IF NEW.answer_to_id IS NULL OR EXISTS (
        SELECT FROM actionplans_comment AS answered
        JOIN actionplans_sharedrevision AS its ON its.id = answered.sent_id
        JOIN actionplans_sharedrevision AS own ON own.id = NEW.sent_id
        WHERE answered.id = NEW.answer_to_id AND answered.answer_to_id IS NULL
          AND answered.section = NEW.section AND its.share_id = own.share_id
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An answer belongs to a comment of its own thread and section';
"""
