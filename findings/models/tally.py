"""How many CARs there are of each kind."""

from django.db import models
from django.db.models import Func, Q, Value

from findings.tally import querysets
from findings.tally.cuts import DIMENSIONS

CELL = ["reader", "cut", "status", *DIMENSIONS]
SEQUENCE = "findings_tally_change"


class Tally(models.Model):
    """So many CARs more, or fewer, of one kind: what some change came to, or the sum of what changes came to.

    A kind is what the columns of a cut say (`findings.tally.cuts`); those of other cuts are empty. `ended_on` is the
    first day of a quarter, `times_raised` goes up to `MOST_TIMES`. With a `reader` it is of the CARs that
    `Access` lets that organisation see, without one of all. Written by triggers, read with `Sum("number")`.
    """

    id = models.BigAutoField(primary_key=True)
    reader = models.UUIDField(null=True, editable=False)
    cut = models.SmallIntegerField(editable=False)
    status = models.CharField(max_length=50, editable=False)
    area = models.CharField(max_length=3, null=True, editable=False)
    country = models.CharField(max_length=2, null=True, editable=False)
    sector = models.CharField(max_length=20, null=True, editable=False)
    times_raised = models.PositiveSmallIntegerField(null=True, editable=False)
    raised_on = models.DateField(null=True, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    number = models.IntegerField(editable=False)
    # Each change has one of its own, sums have 0: so one index finds them all, and each cell has one sum.
    change = models.BigIntegerField(
        db_default=Func(Value(SEQUENCE), function="nextval", output_field=models.BigIntegerField()),
        editable=False,
    )

    objects = querysets.TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[*CELL, "change"], nulls_distinct=False, name="tally_cell_has_one_sum"
            ),
        ]
        indexes = [
            models.Index(fields=["change"], condition=Q(change__gt=0), name="tally_to_fold"),
        ]
