"""What is asked before an audit is published: as which CAR another goes on, and what becomes of those it leaves."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from findings.forms.choices import explained
from findings.forms.findings import decisions
from findings.models import LeftDecision
from findings.services import Decision

LATER = LeftDecision.UNDECIDED.value
NOT_NOW = (LATER, _("Decide later"), _("You find it on your landing page."))
STAYS_SO = (LATER, _("Leave it as decided"), _("It stays, as was decided on the edition before."))


class AskedChoice(NamedTuple):
    """`car` goes on as one of the candidates; each is (id, name)."""

    car: UUID
    name: str
    candidates: Sequence[tuple[UUID, str]]


class AskedDecision(NamedTuple):
    """`stays` as it was decided on an earlier edition, unless it is decided anew."""

    car: UUID
    edition: UUID
    name: str
    reason: str
    may_close: bool
    stays: bool = False


class PublishForm(forms.Form):
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, *args: Any, choices: Sequence[AskedChoice], decisions: Sequence[AskedDecision], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {f"choice_{asked.car}": asked for asked in choices}
        self.decisions = {f"decision_{asked.car}_{asked.edition}": asked for asked in decisions}
        for name, asked in self.choices.items():
            self.fields[name] = forms.ChoiceField(
                label=_("As which CAR does %(car)s go on?") % {"car": asked.name},
                choices=[(str(pk), candidate) for pk, candidate in asked.candidates],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose as which CAR %(car)s goes on.") % {"car": asked.name}},
            )
        for name, left in self.decisions.items():
            self._ask(name, left)

    def _ask(self, name: str, asked: AskedDecision) -> None:
        self.fields[name] = forms.ChoiceField(
            label=_("What is to happen to %(car)s?") % {"car": asked.name},
            help_text=asked.reason,
            choices=[
                *explained([STAYS_SO if asked.stays else NOT_NOW]),
                *decisions(may_close=asked.may_close),
            ],
            initial=LATER,
            widget=forms.RadioSelect,
        )
        self.fields[_note(name)] = forms.CharField(
            label=_("Why, if you decide anew") if asked.stays else _("Why, if you decide now"),
            required=False,
            max_length=2000,
            help_text=_("Kept with the decision. Do not name workers or children."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in self.decisions:
            if given.get(name, LATER) != LATER and not given.get(_note(name), "").strip():
                self.add_error(_note(name), _("Say why, for the record, or decide later."))
        return given

    def choices_made(self) -> Mapping[UUID, UUID]:
        return {asked.car: UUID(self.cleaned_data[name]) for name, asked in self.choices.items()}

    def decisions_made(self) -> list[Decision]:
        given = self.cleaned_data
        return [
            Decision(asked.car, asked.edition, LeftDecision(given[name]), given[_note(name)])
            for name, asked in self.decisions.items()
            if given[name] != LATER
        ]


def _note(name: str) -> str:
    return f"note_{name}"
