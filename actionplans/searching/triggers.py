"""What the database does so that no word stays that nobody can search."""

# All who write texts of a plan have its lock, so that nobody comes to read a wording while it goes.
DELETE_UNREAD = """
    DELETE FROM actionplans_wording AS wording USING left_texts
    WHERE wording.id = left_texts.wording_id
        AND NOT EXISTS (SELECT FROM actionplans_plantext AS text WHERE text.wording_id = wording.id);
    RETURN NULL;
"""
