from django.db import models

UNDER_WAY = ["open", "in_progress"]


class Site(models.Model):
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)


class Audit(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    reference = models.CharField(max_length=20)


class Car(models.Model):
    """One index serves the counts, the other one the list, in its order."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, db_index=False)
    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    details = models.TextField()
    area = models.CharField(max_length=3)
    status = models.CharField(max_length=12)
    raised_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(
                fields=["-raised_on", "-reference"],
                name="limit_listed",
                condition=models.Q(status__in=UNDER_WAY),
            ),
            models.Index(
                fields=["status", "area", "raised_on"],
                name="limit_counted",
                condition=models.Q(status__in=UNDER_WAY),
            ),
        ]


class Line(models.Model):
    """Of the history of a CAR."""

    car = models.ForeignKey(Car, on_delete=models.CASCADE)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    text = models.CharField(max_length=200)
