"""The whole Annex as one form, and the day of the upload."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field as LayoutField
from crispy_forms.layout import Layout
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actionplans.annex import Column, Field, FieldKind
from actionplans.plans.drafts import Draft, FieldConflict
from actionplans.plans.folding import folded_rows, open_places
from actionplans.plans.models import ActionPlan
from actionplans.plans.row_forms import (
    CellChoices,
    Choices,
    GroupPart,
    RowPart,
    RowsBeside,
    places_of,
    row_parts,
)
from actionplans.plans.rows import GoneRow, RowPlace, SaveResult
from actionplans.plans.sent import ROW, TEMPLATE, TOKEN, SentDraft, based_on
from stakeholders.models import Organisation


class AnnexField(forms.CharField):
    """One row of the template, or one cell of the rows beside it.

    Its length and shape are checked by the service, so nothing typed is cut.
    """

    def __init__(self, definition: Field | Column, choices: Choices | None = None) -> None:
        super().__init__(
            required=False,
            strip=False,
            label=str(definition.label),
            widget=_widget(definition) if choices is None else forms.Select(choices=choices),
            help_text=_hint(definition),
        )
        self.definition = definition
        self.conflict: FieldConflict | None = None

    @property
    def is_cell(self) -> bool:
        return isinstance(self.definition, Column)

    @property
    def kept_in_words(self) -> str:
        """What stands against the writer's own text: of what was chosen, its label."""
        kept = self.conflict.kept if self.conflict else ""
        choices = getattr(self.widget, "choices", ())
        return str(dict(choices).get(kept, kept))


def _hint(definition: Field | Column) -> str:
    """What to write, and what not."""
    if isinstance(definition, Column) or not definition.asks_not_to_name:
        return str(definition.guidance)
    return f"{definition.guidance} {_('Do not name workers or children.')}"


def _widget(definition: Field | Column) -> forms.Widget:
    match definition.kind:
        case FieldKind.DATE:
            return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        case FieldKind.TEXT:
            rows = 5 if isinstance(definition, Field) else 2
            return forms.Textarea(attrs={"rows": rows, "dir": "auto"})
        case FieldKind.LINK:
            return forms.TextInput(attrs={"inputmode": "url", "dir": "ltr", "spellcheck": "false"})
    return forms.TextInput(attrs={"dir": "auto"})


class AnnexForm(forms.Form):
    """The draft's fields and rows, each text with the digest of what it showed before it was changed.

    Of a long group those rows alone have their cells in it that are open, be it by `open_rows` or, in a form
    that was sent, since it had them.
    After a conflict both texts stand side by side, and the writer chooses; a field that was not chosen for
    is in conflict again, so that nobody's text is replaced unseen. So is a row that somebody else removed.
    """

    hide_optional = True
    template_version = forms.CharField(required=False, widget=forms.HiddenInput)
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        draft: Draft,
        sent: SentDraft | None = None,
        *,
        organisations: Iterable[Organisation] = (),
        open_rows: Collection[UUID] = (),
        gone: Iterable[GoneRow] = (),
    ) -> None:
        texts = draft.texts
        initial: dict[str, str] = texts | {based_on(name): value for name, value in draft.digests.items()}
        initial[TEMPLATE] = draft.template.version
        super().__init__(None if sent is None else sent.data, initial=initial)
        self.draft, self.template = draft, draft.template
        self.places = places_of(draft.groups) if sent is None else sent.places
        self.open = open_places(self.places, open_rows) if sent is None else sent.open_rows
        self.rows: dict[str, AnnexField] = {}
        for definition in draft.template.fields:
            self._add(definition.name, AnnexField(definition))
        choices = CellChoices.of(draft.template, draft.groups, organisations)
        for place in self.places:
            for column in draft.template.group(place.group).columns if place.id in self.open else ():
                name = f"{place.id}.{column.name}"
                self._add(name, AnnexField(column, choices.for_column(column, texts.get(name, ""))))
        self.gone = {row.place.id for row in gone}
        self.helper = FormHelper()
        self.helper.render_hidden_fields = True
        self.helper.layout = Layout(
            *chain.from_iterable(
                (LayoutField(name, template="actionplans/edit/field.html"), RowsBeside(name))
                for name in draft.template.field_names
            )
        )

    def _add(self, name: str, field: AnnexField) -> None:
        self.fields[name] = self.rows[name] = field
        self.fields[based_on(name)] = forms.CharField(required=False, widget=forms.HiddenInput)

    def parts_of(self, name: str) -> list[GroupPart]:
        """The groups of rows beside a section's text box."""
        folded = folded_rows(self.draft, name, self.open)
        return row_parts(self.template, name, self.places, self, folded=folded, gone=self.gone)

    def part_of_row(self, row_id: UUID) -> RowPart | None:
        """One row of a group, with what belongs to it; None where it is not there any more."""
        group = next((self.template.group(place.group) for place in self.places if place.id == row_id), None)
        parts = self.parts_of(group.field) if group else []
        return next((row for part in parts for row in part.rows if row.place.id == row_id), None)

    @classmethod
    def with_conflicts(
        cls, draft: Draft, result: SaveResult, sent: SentDraft, organisations: Iterable[Organisation]
    ) -> "AnnexForm":
        """The draft as it is now, and where two people changed the same, what this one wrote."""
        by_name = {conflict.name: conflict for conflict in result.conflicts}
        places = [*places_of(draft.groups), *(row.place for row in result.gone)]
        disputed = {place.id for place in places if any(name.startswith(f"{place.id}.") for name in by_name)}
        disputed |= {place.id for place in result.stayed}
        is_open = open_places(places, sent.open_rows | disputed)
        closed = {str(place.id) for place in places} - {str(row_id) for row_id in is_open}
        shown = {name: text for name, text in draft.texts.items() if name.partition(".")[0] not in closed}
        data = MultiValueDict({name: [text] for name, text in shown.items()})
        data.update({based_on(name): digest for name, digest in draft.digests.items() if name in shown})
        for name, conflict in by_name.items():
            data[name] = conflict.wanted
        for row in result.gone:  # based on nothing, so that it is asked again until it is decided
            data.update({f"{row.place.id}.{name}": text for name, text in row.cells.items()})
        data[TEMPLATE], data[TOKEN] = draft.template.version, sent.token
        data.setlist(ROW, [str(each) for each in places])
        form = cls(draft, SentDraft(data), organisations=organisations, gone=result.gone)
        for name, conflict in by_name.items():
            form.rows[name].conflict = conflict
        form._say_what_happened(result)
        return form

    def _say_what_happened(self, result: SaveResult) -> None:
        for conflict in result.conflicts:
            self._say(
                conflict.name,
                _(
                    "“%(label)s” was saved with another text while you were writing. Choose which text to keep."
                ),
                str(self.rows[conflict.name].label),
            )
        for row in result.gone:
            if row.place.parent not in self.gone:
                self._say_of_row(
                    row.place,
                    _("“%(label)s” was removed while you were writing in it. Choose whether it is to stay."),
                )
        for place in result.stayed:
            self._say_of_row(
                place,
                _(
                    "“%(label)s” was changed by somebody else while you were writing, so it was not removed. Look at it as it is now."
                ),
            )

    def _say_of_row(self, place: RowPlace, sentence: str | Promise) -> None:
        group = self.template.group(place.group)
        self._say(f"{place.id}.{group.columns[0].name}", sentence, group.one)

    def _say(self, name: str, sentence: str | Promise, label: str | Promise) -> None:
        self.add_error(name, sentence % {"label": label})


class UploadedForm(forms.Form):
    """The day a person noted; whether it can be is the service's to say."""

    on = forms.DateField(
        label=_("Day of the upload"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the day on which you uploaded the plan."),
            "invalid": _("Enter a real date, such as 2026-03-14."),
        },
    )


class CarryOnForm(forms.Form):
    """Which earlier plan to go on from: asked only where this CAR took the place of several."""

    def __init__(self, earlier: Sequence[ActionPlan], data: Any = None) -> None:
        super().__init__(data, initial={"plan": str(earlier[0].pk)})
        self.fields["plan"] = forms.ChoiceField(
            label=_("Plan to carry on"),
            choices=[(str(each.pk), _plan_label(each)) for each in earlier],
            widget=forms.RadioSelect if len(earlier) > 1 else forms.HiddenInput,
            error_messages={"required": _("Choose the plan to carry on.")},
        )


def _plan_label(plan: ActionPlan) -> str:
    finding = plan.finding
    return _("%(reference)s, raised on %(day)s: %(title)s") % {
        "reference": finding.reference,
        "day": date_format(finding.raised_on, "j F Y"),
        "title": finding.issue_title,
    }
