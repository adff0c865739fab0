"""The SQL that counts CARs into tallies: the changes of one statement for the triggers, all of them for a check."""

from findings.tally.cuts import AREA_OF_A_READER, CUTS, DIMENSIONS, MOST_TIMES, code_of

_LISTED = ", ".join(DIMENSIONS)
_SETS = ", ".join(f"(status, {', '.join(cut)})" for cut in CUTS)
_INTO_ALL = f"INSERT INTO findings_tally (cut, status, {_LISTED}, number)"
_INTO_READERS = "INSERT INTO findings_tally (reader, cut, status, area, number)"


def _as_counted(source: str, by: str) -> str:
    """The rows of CARs with the values by which they are counted: of the day of the end its quarter."""
    return f"""
        SELECT
            status, area, country, sector, least(times_raised, {MOST_TIMES}) AS times_raised, raised_on,
            date_trunc('quarter', ended_on)::date AS ended_on, {by} AS number
        FROM {source}"""


def _of_all(rows: str) -> str:
    return f"""
    SELECT grouping({_LISTED}) AS cut, status, {_LISTED}, sum(number) AS number
    FROM ({rows}
    ) AS car
    GROUP BY GROUPING SETS ({_SETS})
    HAVING sum(number) <> 0"""


def _of_readers(rows: str) -> str:
    return f"""
    SELECT reader, {code_of(AREA_OF_A_READER)} AS cut, status, area, sum(number) AS number
    FROM ({rows}
    ) AS seen
    GROUP BY reader, status, area
    HAVING sum(number) <> 0"""


_CHANGED = f"{_as_counted('new_cars', '1')}\n        UNION ALL{_as_counted('old_cars', '-1')}"

# Whoever writes Access for a CAR whose status is just being changed has locked or waits for its row (below), so that
# one of the two sees what the other did.
_SEEN_CHANGED = """
        SELECT access.organisation_id AS reader, car.status, car.area, car.number
        FROM (
            SELECT after.id, after.status, after.area, 1 AS number
            FROM new_cars AS after JOIN old_cars AS before ON before.id = after.id
            WHERE (after.status, after.area) IS DISTINCT FROM (before.status, before.area)
            UNION ALL
            SELECT before.id, before.status, before.area, -1
            FROM new_cars AS after JOIN old_cars AS before ON before.id = after.id
            WHERE (after.status, after.area) IS DISTINCT FROM (before.status, before.area)
        ) AS car
        CROSS JOIN LATERAL (
            SELECT DISTINCT organisation_id FROM findings_access WHERE finding_id = car.id
        ) AS access"""

# Whoever writes very many rows in steps has them counted once, after the last step (`checking.count_anew`).
_UNLESS_LATER = """
    IF current_setting('carportal.cars_are_counted_later', true) = 'yes' THEN
        RETURN NULL;
    END IF;"""
COUNT_NEW_CARS = f"""{_UNLESS_LATER}
    {_INTO_ALL}{_of_all(_as_counted("new_cars", "1"))};
    RETURN NULL;
"""
COUNT_CHANGED_CARS = f"""{_UNLESS_LATER}
    {_INTO_ALL}{_of_all(_CHANGED)};
    {_INTO_READERS}{_of_readers(_SEEN_CHANGED)};
    RETURN NULL;
"""


def count_access(changes: str) -> str:
    """What rows of Access that came or went (`changes`: organisation_id, finding_id, number) add to their readers.

    A CAR counts once, however many sources let the reader see it. The CARs are locked first: so of two transactions
    that write Access to one CAR, or its status, the second begins to count when the first has committed.
    """
    seen = f"""
        SELECT
            change.organisation_id AS reader, car.status, car.area,
            (there.number > 0)::int - (there.number - change.number > 0)::int AS number
        FROM (
            SELECT organisation_id, finding_id, sum(number) AS number
            FROM ({changes}) AS row_of_access
            GROUP BY organisation_id, finding_id
            HAVING sum(number) <> 0
        ) AS change
        JOIN findings_finding AS car ON car.id = change.finding_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS number FROM findings_access AS access
            WHERE access.organisation_id = change.organisation_id AND access.finding_id = change.finding_id
        ) AS there"""
    return f"""{_UNLESS_LATER}
    PERFORM FROM findings_finding WHERE id IN (SELECT finding_id FROM ({changes}) AS row_of_access)
    ORDER BY id FOR NO KEY UPDATE;
    {_INTO_READERS}{_of_readers(seen)};
    RETURN NULL;
"""


_NEW_ACCESS = "SELECT organisation_id, finding_id, 1 AS number FROM new_access"
_OLD_ACCESS = "SELECT organisation_id, finding_id, -1 AS number FROM old_access"
COUNT_NEW_ACCESS = count_access(_NEW_ACCESS)
COUNT_CHANGED_ACCESS = count_access(f"{_NEW_ACCESS} UNION ALL {_OLD_ACCESS}")
UNCOUNT_ACCESS = count_access(_OLD_ACCESS)

_SEEN = """
        SELECT organisation_id AS reader, status, area, 1 AS number
        FROM (SELECT DISTINCT organisation_id, finding_id FROM findings_access) AS access
        JOIN findings_finding AS car ON car.id = access.finding_id"""

COUNTED_FROM_SCRATCH = f"""
    SELECT NULL::uuid AS reader, * FROM ({_of_all(_as_counted("findings_finding", "1"))}
    ) AS of_all
    UNION ALL
    SELECT reader, cut, status, area, NULL, NULL, NULL, NULL, NULL, number FROM ({_of_readers(_SEEN)}
    ) AS of_readers
"""
