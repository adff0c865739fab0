from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from findings.models.findings import Finding


class CarWords(models.Model):
    """What is searched of a CAR, as triggers keep it (`findings.searching.kept`); who sees it, the CAR says."""

    finding = models.OneToOneField(
        Finding, primary_key=True, on_delete=models.PROTECT, related_name="kept_words"
    )
    words = SearchVectorField(editable=False)

    class Meta:
        verbose_name_plural = "words of CARs"
        indexes = [GinIndex(fields=["words"], name="finding_words")]

    def __str__(self) -> str:
        return str(self.finding_id)
