"""Holds the tallies against the CARs and who sees them, and makes them anew."""

from typing import NamedTuple

from django.db import connection, transaction

from findings.tally.folding import take_turn
from findings.tally.statements import COUNTED_FROM_SCRATCH

_COLUMNS = "reader, cut, status, area, country, sector, times_raised, raised_on, ended_on"

# One statement and so one moment, whatever is written meanwhile.
_DIFFERENT = f"""
    SELECT {_COLUMNS}, sum(kept) AS kept, sum(counted) AS counted
    FROM (
        SELECT {_COLUMNS}, number AS kept, 0 AS counted FROM findings_tally
        UNION ALL
        SELECT {_COLUMNS}, 0, number FROM ({COUNTED_FROM_SCRATCH}) AS scratch
    ) AS either
    GROUP BY {_COLUMNS}
    HAVING sum(kept) <> sum(counted)
    ORDER BY {_COLUMNS}
"""
_ANEW = f"""
    DELETE FROM findings_tally;
    INSERT INTO findings_tally ({_COLUMNS}, number, change)
    SELECT {_COLUMNS}, number, 0 FROM ({COUNTED_FROM_SCRATCH}) AS scratch;
"""


class Different(NamedTuple):
    """A kind of CAR, as the columns of its tally say it, of which not as many are kept as there are."""

    kind: str
    kept: int
    counted: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.kept:,} kept, {self.counted:,} counted"


def differences() -> list[Different]:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT)
        return [Different(_kind_of(kind), kept, counted) for *kind, kept, counted in cursor.fetchall()]


@transaction.atomic
def count_anew() -> None:
    """Nobody writes CARs or Access meanwhile: what is under way is waited for, what comes waits."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE findings_finding, findings_access IN SHARE MODE")
        take_turn(wait=True)
        cursor.execute(_ANEW)


def _kind_of(values: list[object]) -> str:
    reader, _cut, *others = values
    told = [str(value) for value in others if value is not None]
    return " ".join([f"for {reader}:" if reader else "of all:", *told])
