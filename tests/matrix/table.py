"""The matrix itself, to be read as a table: a line a route, a column a persona.

`ok` gets through, `login` is sent to log in, `403` sees the object but may not do this, `404` does not see
it. The word after the route is what it is asked for, see `tests.matrix.world`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tests.matrix import tables


class Row(NamedTuple):
    method: str
    route: str
    target: str
    answers: Mapping[str, str]


def _read(table: str) -> list[Row]:
    header, *lines = [line.split() for line in table.strip().splitlines() if line.strip()]
    personas = header[3:]
    rows = []
    for method, route, target, *cells in lines:
        assert len(cells) == len(personas), (
            f"{method} {route}: {len(cells)} cells for {len(personas)} personas"
        )
        answers = dict(zip(personas, cells, strict=True))
        rows.append(Row(method, route, "" if target == "-" else target, answers))
    return rows


ROWS = [row for table in tables.ALL for row in _read(table)]
PERSONAS = list(ROWS[0].answers)
