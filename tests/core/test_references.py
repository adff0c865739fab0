"""References are unique without a lock, and keep their form."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from carportal.core.references import next_reference

pytestmark = pytest.mark.django_db


def test_a_reference_has_year_and_six_digits():
    assert re.fullmatch(r"CAR-2026-\d{6}", next_reference("CAR", 2026))


def test_the_count_runs_on_across_years():
    first, second = next_reference("CAR", 2026), next_reference("CAR", 2027)
    assert int(second[-6:]) == int(first[-6:]) + 1


def test_an_unknown_prefix_is_refused():
    with pytest.raises(ValueError, match="XYZ"):
        next_reference("XYZ", 2026)


def test_parallel_callers_never_get_the_same():
    def take(_: int) -> str:
        try:
            return next_reference("CAR", 2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        references = list(pool.map(take, range(80)))
    assert len(set(references)) == 80
