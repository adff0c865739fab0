"""Finding CARs in their list, and deciding on what an audit left."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from findings.filters import Choice, Filter, Filters
from findings.forms.choices import Text, explained, offer
from findings.models import LeftDecision


class MoreFilters(Div):
    """Those that unfold; as its template shows, from the start while any of them is in use."""

    template = "findings/more_filters.html"

    def __init__(self, *names: str, in_use: int) -> None:
        super().__init__(*names)
        self.in_use = in_use


class FilterForm(forms.Form):
    """The filters of a list or a dashboard, each with the choices that its reader has."""

    hide_optional = True

    def __init__(self, filters: Filters) -> None:
        super().__init__(filters.data or None)
        shown = [each for each in filters.offered if not each.linked or each.name in filters.chosen]
        for each in shown:
            self.fields[each.name] = forms.ChoiceField(
                label=str(each.label),
                required=False,
                choices=[("", each.everything), *_values(_offered(each, filters))],
                error_messages={"invalid_choice": _("Choose one from the list.")},
            )
        front = [each.name for each in shown if each.front]
        more = [each.name for each in shown if not each.front]
        in_use = sum(name in filters.data for name in more)
        self.helper = FormHelper()
        self.helper.layout = Layout(*front, MoreFilters(*more, in_use=in_use))


def _offered(each: Filter, filters: Filters) -> list[Choice]:
    """Of what links alone set, that which they did."""
    choices = filters.choices_of(each)
    return [choice for choice in choices if not each.linked or choice.value == filters.chosen[each.name]]


def _values(choices: list[Choice]) -> list[tuple[str, Text]]:
    return [(choice.value, choice.label) for choice in choices]


class DecideForm(forms.Form):
    """What becomes of a CAR that an audit left."""

    left = forms.UUIDField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("What is to happen to the CAR?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is to happen to the CAR.")},
    )
    note = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        help_text=_("Kept with the decision. Do not name workers or children."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why, for the record.")},
    )

    def __init__(self, *args: Any, may_close: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "decision", decisions(may_close=may_close))


def decisions(*, may_close: bool) -> list[tuple[str, str]]:
    """What can be decided, and what each means."""
    stays = (
        LeftDecision.STAYS.value,
        LeftDecision.STAYS.label,
        _("The site goes on with its plan. A later periodic audit can still end the CAR."),
    )
    closed = (
        LeftDecision.CLOSED.value,
        LeftDecision.CLOSED.label,
        _("The issue behind the CAR is resolved. The CAR ends, and nobody can open it again."),
    )
    return explained([stays, closed] if may_close else [stays])
