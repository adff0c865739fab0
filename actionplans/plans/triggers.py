"""What the database lets a redaction change in rows that otherwise never change.

`actionplans_is_redaction(old, new)` comes with the migration that brought redactions: whether the new JSON is the
old one but for marks (`annex.passages.TOMBSTONE`) in its texts.
"""

_REFUSED = "RAISE EXCEPTION 'Cannot change rows of %, only redact them', TG_TABLE_NAME;"

ONLY_A_REDACTED_DOCUMENT = f"""
    IF to_jsonb(NEW) - ARRAY['document', 'redacted_sha256'] = to_jsonb(OLD) - ARRAY['document', 'redacted_sha256']
       AND NEW.document <> OLD.document
       AND actionplans_is_redaction(OLD.document, NEW.document)
       AND EXISTS (
           SELECT FROM actionplans_redaction
           WHERE revision_id = OLD.id AND sha256 = NEW.redacted_sha256
       )
    THEN
        RETURN NEW;
    END IF;
    {_REFUSED}
"""


def only_a_redacted_text(column: str) -> str:
    """For a row of which nothing but words in this column may ever be removed."""
    return f"""
    IF to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}'
       AND actionplans_is_redaction(to_jsonb(OLD.{column}), to_jsonb(NEW.{column}))
    THEN
        RETURN NEW;
    END IF;
    {_REFUSED}
"""


def only_redacted_texts(*columns: str) -> str:
    """The same for a row with several such columns."""
    listed = ", ".join(f"'{column}'" for column in columns)
    texts = f"ARRAY[{listed}]"
    redacted = "".join(
        f"""
       AND actionplans_is_redaction(to_jsonb(OLD.{column}), to_jsonb(NEW.{column}))"""
        for column in columns
    )
    return f"""
    IF to_jsonb(NEW) - {texts} = to_jsonb(OLD) - {texts}{redacted}
    THEN
        RETURN NEW;
    END IF;
    {_REFUSED}
"""
