"""The rows beside the text boxes, as parts of the Annex form."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.layout import LayoutObject
from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from actionplans.annex import SITE, Column, FieldKind, Group, Rows, Template, readable
from actionplans.plans.folding import Folded
from actionplans.plans.rows import RowPlace
from actionplans.plans.sent import based_on
from stakeholders.models import Organisation

Choices = list[tuple[str, str]]


@dataclass
class RowPart:
    """One row on the page: its cells, and the groups of rows that belong to it; or, `folded`, what it says.

    `digests` are the controls that have those of the cells: they come and go with the row.
    """

    place: RowPlace
    legend: str
    is_first: bool
    is_last: bool
    is_gone: bool = False
    cells: list[BoundField] = field(default_factory=list)
    digests: list[BoundField] = field(default_factory=list)
    below: list["GroupPart"] = field(default_factory=list)
    folded: Folded | None = None

    @property
    def anchor(self) -> str:
        return row_anchor(self.place)


@dataclass
class GroupPart:
    """A group on the page; `new` is the place that its button to add names."""

    group: Group
    rows: list[RowPart]
    new: RowPlace

    @property
    def anchor(self) -> str:
        return group_anchor(self.new)


def row_anchor(place: RowPlace) -> str:
    """The id of a row on the page."""
    return f"row-{place.id}"


def group_anchor(place: RowPlace) -> str:
    """The id of the group in which the row stands."""
    return f"group-{place.group}" + (f"-{place.parent}" if place.parent else "")


class RowsBeside(LayoutObject):
    """In crispy's layout: the groups of one section, below its text box."""

    template = "actionplans/edit/groups.html"

    def __init__(self, name: str) -> None:
        self.name = name
        self.fields: list[str] = []  # crispy asks for them; these are none of its own

    def render(self, form: Any, context: Any, **_kwargs: Any) -> str:
        parts = form.parts_of(self.name)
        form.rendered_fields.update(
            name for name in form.fields if name.startswith(based_on("")) and "." in name
        )
        return render_to_string(self.template, {**context.flatten(), "groups": parts}) if parts else ""


def places_of(rows: Rows) -> list[RowPlace]:
    return [RowPlace(row.id, name, row.parent) for name, group_rows in rows.items() for row in group_rows]


@dataclass(frozen=True)
class CellChoices:
    """What can be chosen in the cells: the organisations that the site deals with, and the parties named."""

    organisations: Iterable[Organisation]
    parties: Choices

    @classmethod
    def of(cls, template: Template, rows: Rows, organisations: Iterable[Organisation]) -> "CellChoices":
        named = [
            (str(row.id), readable(row.cells["name"]) or _("A stakeholder without a name"))
            for group in template.groups
            if group.are_parties
            for row in rows.get(group.name, ())
        ]
        return cls(organisations, [(SITE, _("The site")), *named])

    def for_column(self, column: Column, kept: str) -> Choices | None:
        """None where something is typed. What is kept stays a choice, also when it is none any more."""
        if column.kind == FieldKind.CHOICE:
            choices = [(key, str(label)) for key, label in column.choices]
            return choices if column.default else [("", ""), *choices]
        if column.kind == FieldKind.PARTY:
            return _with_kept([("", ""), *self.parties], kept, _("No longer among the stakeholders"))
        if column.kind == FieldKind.ORGANISATION:
            known = [(str(each.pk), each.name) for each in self.organisations]
            return _with_kept(
                [
                    (
                        "",
                        _("None of these"),
                    ),
                    *known,
                ],
                kept,
                _("The organisation chosen before"),
            )
        return None


def _with_kept(choices: Choices, kept: str, label: str) -> Choices:
    return choices if kept in dict(choices) else [*choices, (kept, label)]


def row_parts(
    template: Template,
    name: str,
    places: list[RowPlace],
    form: forms.Form,
    *,
    folded: Mapping[UUID, Folded],
    gone: Collection[UUID],
) -> list[GroupPart]:
    """The groups beside a section's text box, with their rows as they stand in `places`.

    A row that is neither folded nor has its cells in the form is not there any more.
    """

    def parts(groups: Iterable[Group], parent: UUID | None) -> Iterator[GroupPart]:
        for group in groups:
            here = [
                place
                for place in places
                if (place.group, place.parent) == (group.name, parent)
                and (place.id in folded or f"{place.id}.{group.columns[0].name}" in form.fields)
            ]
            rows = [
                RowPart(
                    place=place,
                    legend=_("%(row)s %(number)s") % {"row": group.one, "number": number},
                    is_first=number == 1,
                    is_last=number == len(here),
                    **inside(group, place),
                )
                for number, place in enumerate(here, start=1)
            ]
            yield GroupPart(group, rows, RowPlace(uuid4(), group.name, parent))

    def inside(group: Group, place: RowPlace) -> dict[str, Any]:
        if place.id in folded:
            return {"folded": folded[place.id]}
        names = [f"{place.id}.{column.name}" for column in group.columns]
        return {
            "is_gone": place.id in gone,
            "cells": [form[name] for name in names],
            "digests": [form[based_on(name)] for name in names],
            "below": list(parts(template.groups_within(group), place.id)),
        }

    return list(parts(template.groups_of(name), None))
