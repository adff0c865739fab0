"""Numbers that people read out, from a sequence: unique without a lock, gaps allowed."""

from django.db import connection

PREFIXES = frozenset({"CAR"})


def next_reference(prefix: str, year: int) -> str:
    """The next reference, as `CAR-2026-000123`; the count runs on across years."""
    if prefix not in PREFIXES:
        raise ValueError(f"no sequence for references that start with {prefix!r}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('core_reference_car')")
        (number,) = cursor.fetchone()
    return f"{prefix}-{year}-{number:06d}"
