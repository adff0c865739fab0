"""Holds what is kept of the work on CARs against what it is made of."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection, transaction

from actionplans.work.models import WorkOnCar
from findings.models import Finding

AT_ONCE = 2_000  # CARs, whose work waits meanwhile


def check_work(*, mend: bool) -> int:
    """How many rows were not what they are when made anew; left as they were unless they are to be mended."""
    return sum(_check(cars, mend=mend) for cars in _in_turn())


def _in_turn() -> Iterator[list[UUID]]:
    ids = Finding.objects.order_by("pk").values_list("pk", flat=True)
    cars = list(ids[:AT_ONCE])
    while cars:
        yield cars
        cars = list(ids.filter(pk__gt=cars[-1])[:AT_ONCE])


def _check(cars: list[UUID], *, mend: bool) -> int:
    rows = WorkOnCar.objects.filter(finding__in=cars)
    names = [field.attname for field in WorkOnCar._meta.concrete_fields if not field.primary_key]
    with transaction.atomic(), connection.cursor() as cursor:
        list(
            Finding.objects.select_for_update(no_key=True)
            .filter(pk__in=cars)
            .order_by("pk")
            .values_list("pk")
        )
        before = set(rows.values_list(*names))
        cursor.execute("SELECT actionplans_follow_work(%s)", [cars])
        different = len(before ^ set(rows.values_list(*names)))
        if not mend:
            transaction.set_rollback(True)
    return different
