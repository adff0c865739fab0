"""How the mails of each group come, and when those that come together do."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from carportal.core.choices.groups import MailGroup, Pace, Weekday
from carportal.core.choices.services import HOURS
from carportal.core.choices.wishes import Wishes
from carportal.web.mails.groups import EXPLANATIONS


class MailsForm(forms.Form):
    """A field for each of `groups`, by its name."""

    hour = forms.TypedChoiceField(
        label=_("Time of day"),
        choices=[(hour, f"{hour:02}:00") for hour in HOURS],
        coerce=int,
        error_messages={"required": _("Choose a time of day.")},
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        help_text=_("For what comes once a week."),
        choices=Weekday.choices,
        coerce=lambda value: Weekday(int(value)),
        error_messages={"required": _("Choose a day of the week.")},
    )

    def __init__(self, groups: Sequence[MailGroup], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups = groups
        for group in groups:
            self.fields[group.value] = forms.ChoiceField(
                label=group.label,
                help_text=str(EXPLANATIONS[group]),
                choices=Pace.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose how these mails come.")},
            )
        self.helper = FormHelper()
        self.helper.layout = Layout(
            *(InlineRadios(group.value) for group in groups),
            HTML('{% include "mails/together.html" %}'),
            Field("hour"),
            Field("weekday"),
        )

    def paces(self) -> dict[MailGroup, Pace]:
        return {group: Pace(self.cleaned_data[group.value]) for group in self._groups}


def initial_of(wishes: Wishes, groups: Sequence[MailGroup]) -> dict[str, Any]:
    paces = {group.value: wishes.pace_of(group).value for group in groups}
    return paces | {"hour": wishes.clock.hour, "weekday": wishes.clock.weekday}
