"""The whole Annex as one form, and the day of the upload."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

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
from actionplans.plans.models import ActionPlan
from actionplans.plans.row_forms import (
    CellChoices,
    Choices,
    GroupPart,
    RowsBeside,
    places_in,
    places_of,
    row_parts,
    step_of,
)
from actionplans.plans.rows import GoneRow, RowPlace, SaveResult, Step, StepKind
from stakeholders.models import Organisation

MINE, THEIRS = "mine", "theirs"


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

    After a conflict both texts stand side by side, and the writer chooses; a field that was not chosen for
    is in conflict again, so that nobody's text is replaced unseen. So is a row that somebody else removed.
    """

    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        draft: Draft,
        data: Any = None,
        *,
        organisations: Iterable[Organisation] = (),
        gone: Iterable[GoneRow] = (),
    ) -> None:
        texts = draft.texts
        initial: dict[str, str] = texts | {_based_on(name): value for name, value in draft.digests.items()}
        super().__init__(data, initial=initial)
        self.template = draft.template
        self.places = (
            places_of(draft.groups) if data is None else places_in(draft.template, data.getlist("row"))
        )
        self.rows: dict[str, AnnexField] = {}
        for definition in draft.template.fields:
            self._add(definition.name, AnnexField(definition))
        choices = CellChoices.of(draft.template, draft.groups, organisations)
        for place in self.places:
            for column in draft.template.group(place.group).columns:
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
        self.fields[_based_on(name)] = forms.CharField(required=False, widget=forms.HiddenInput)

    def parts_of(self, name: str) -> list[GroupPart]:
        """The groups of rows beside a section's text box."""
        return row_parts(self.template, name, self.places, self, self.gone)

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """What `save_draft` takes, out of a bound form."""
        changes, let_go = {}, self._let_go
        for name in self.rows:
            choice = self.data.get(f"choose_{name}", "")
            if choice == THEIRS or name not in self.data or name.partition(".")[0] in let_go:
                continue
            undecided = f"conflict_{name}" in self.data and choice != MINE
            based_on = "" if undecided else self.data.get(_based_on(name), "")
            changes[name] = (self.data[name], based_on)
        return changes

    @property
    def shown(self) -> list[RowPlace]:
        """The rows on the writer's screen, but for those that they let go."""
        let_go = self._let_go
        return [place for place in self.places if str(place.id) not in let_go]

    @property
    def steps(self) -> list[Step]:
        """What is done to rows: those that are put back, then what the button says that was pressed."""
        back = [Step(StepKind.PUT_BACK, place) for place in self.places if self._choice_of_row(place) == MINE]
        pressed = step_of(self.template, self.data.get("do", ""))
        return [*back, pressed] if pressed else back

    @property
    def _let_go(self) -> set[str]:
        return {str(place.id) for place in self.places if self._choice_of_row(place) == THEIRS}

    def _choice_of_row(self, place: RowPlace) -> str:
        """A row goes, or comes back, with the one to which it belongs."""
        chosen: str = self.data.get(f"choose_{place.id}") or self.data.get(f"choose_{place.parent}", "")
        return chosen

    @classmethod
    def with_conflicts(
        cls, draft: Draft, result: SaveResult, token: str, organisations: Iterable[Organisation]
    ) -> "AnnexForm":
        """The draft as it is now, and where two people changed the same, what this one wrote."""
        by_name = {conflict.name: conflict for conflict in result.conflicts}
        data = MultiValueDict({name: [text] for name, text in draft.texts.items()})
        data.update({_based_on(name): digest for name, digest in draft.digests.items()})
        for name, conflict in by_name.items():
            data[name] = conflict.wanted
        for row in result.gone:  # based on nothing, so that it is asked again until it is decided
            data.update({f"{row.place.id}.{name}": text for name, text in row.cells.items()})
        data["draft_token"] = token
        data.setlist(
            "row", [str(each) for each in [*places_of(draft.groups), *(row.place for row in result.gone)]]
        )
        form = cls(draft, data, organisations=organisations, gone=result.gone)
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


def _based_on(name: str) -> str:
    return f"based_on_{name}"


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
