"""How far each section of a draft is."""

from dataclasses import dataclass

from django.utils.functional import Promise

from actionplans.annex import Document


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """`missing` cells were left out of rows that were begun."""

    name: str
    label: str | Promise
    is_written: bool
    missing: int

    @property
    def is_complete(self) -> bool:
        return self.is_written and not self.missing


def sections_of(document: Document) -> list[SectionProgress]:
    """In the order of the template."""
    return [
        SectionProgress(
            field.name,
            field.label,
            is_written=document.is_written(field.name),
            missing=len(document.missing_in_rows(field.name)),
        )
        for field in document.template.fields
    ]
