"""Adds up what changes came to, so that there is one row to read for each kind of CAR."""

from django.db import connection, transaction

AT_ONCE = 100_000  # changes in one transaction

# One statement: who reads meanwhile has all of it or nothing of it.
_FOLD = """
    WITH change AS (
        DELETE FROM findings_tally
        WHERE change IN (SELECT change FROM findings_tally WHERE change > 0 ORDER BY change LIMIT %s)
        RETURNING *
    ), folded AS (
        INSERT INTO findings_tally AS tally
            (reader, cut, status, area, country, sector, times_raised, raised_on, ended_on, number, change)
        SELECT reader, cut, status, area, country, sector, times_raised, raised_on, ended_on, sum(number), 0
        FROM change
        GROUP BY reader, cut, status, area, country, sector, times_raised, raised_on, ended_on
        ON CONFLICT (reader, cut, status, area, country, sector, times_raised, raised_on, ended_on, change)
        DO UPDATE SET number = tally.number + excluded.number
    )
    SELECT count(*) FROM change
"""


def fold() -> int:
    """How many changes were added up; none where somebody else is at it."""
    total = 0
    while folded := _fold_some():
        total += folded
    return total


@transaction.atomic
def _fold_some() -> int:
    with connection.cursor() as cursor:
        if not take_turn(wait=False):
            return 0
        cursor.execute(_FOLD, [AT_ONCE])
        (folded,) = cursor.fetchone()
        cursor.execute("DELETE FROM findings_tally WHERE change = 0 AND number = 0")
    return int(folded)


def take_turn(*, wait: bool) -> bool:
    """Until the end of the transaction nobody else takes changes away; False where somebody else is at it."""
    taking = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {taking}(hashtext('findings_tally'))")
        return cursor.fetchone() != (False,)
