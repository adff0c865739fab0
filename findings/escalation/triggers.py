"""What the database lets nobody do to an escalation, whatever code or hand writes to it."""


def _is_redacted(column: str) -> str:
    """Whether a text is the old one but for marks of a redaction in place of words."""
    escaped = rf"replace(replace(replace(NEW.{column}, '\', '\\'), '%', '\%'), '_', '\_')"
    return f"OLD.{column} LIKE replace({escaped}, '███', '%')"


def only_a_redacted(column: str) -> str:
    """Words in this column may be replaced by the mark of a redaction, and nothing else."""
    return f"""
    IF NEW.{column} = OLD.{column} OR {_is_redacted(column)} THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Cannot change rows of %, only redact them', TG_TABLE_NAME;
"""


def only_people_go(*columns: str) -> str:
    """Only the references to people who are removed from the portal may go."""
    listed = ", ".join(f"'{column}'" for column in columns)
    return f"""
    IF to_jsonb(NEW) - ARRAY[{listed}] = to_jsonb(OLD) - ARRAY[{listed}] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Cannot change an escalation that is over';
"""


WHAT_WAS_RECORDED_STAYS = f"""
    IF (OLD.acknowledged_at IS NULL OR NEW.acknowledged_at = OLD.acknowledged_at)
       AND (OLD.left_at IS NULL OR NEW.left_at = OLD.left_at)
       AND (
           OLD.taken_over_at IS NULL
           OR NEW.taken_over_at = OLD.taken_over_at
              AND (NEW.taken_over_name = OLD.taken_over_name OR {_is_redacted("taken_over_name")})
       )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Cannot take back what a party of an escalation recorded';
"""
