"""Keeps the words of CARs beside them: to take them out of a text costs a hundred times what it costs to look at them.

A search goes through the words of the title before all.
"""

import pgtrigger

KEEP_NEW = """
    INSERT INTO findings_carwords (finding_id, words)
    SELECT id, setweight(search_words(issue_title), 'A') || search_words(details) FROM new_cars;
    RETURN NULL;
"""
KEEP_CHANGED = """
    UPDATE findings_carwords
    SET words = setweight(search_words(NEW.issue_title), 'A') || search_words(NEW.details)
    WHERE finding_id = NEW.id;
    RETURN NULL;
"""

TRIGGERS = (
    pgtrigger.Trigger(
        name="new_findings_have_words",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_cars"),
        func=KEEP_NEW,
    ),
    pgtrigger.Trigger(
        name="finding_changes_words",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("issue_title", "details"),
        func=KEEP_CHANGED,
    ),
)
