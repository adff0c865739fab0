"""What somebody wants to be reminded of, when, and with whom."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.nudges.models import Nudge, Whom
from actionplans.nudges.services import Wish
from findings.forms.choices import explained, offer


class NudgeForm(forms.Form):
    """Whether the day can be is the service's to say; `seen` is the turn that its reader saw."""

    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(
        label=gettext_lazy("On which day?"),
        help_text=gettext_lazy("It is a day where the site is, such as 2027-03-14."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Enter the day on which you want to be reminded."),
            "invalid": gettext_lazy("Enter a real date, such as 2026-03-14."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("What do you want to be reminded of?"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("The e-mail says it in these words. Do not name workers or children."),
        error_messages={"required": gettext_lazy("Say what you want to be reminded of.")},
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("Who is reminded?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who is reminded.")},
    )

    def __init__(self, data: Any = None, *, nudge: Nudge | None = None) -> None:
        super().__init__(data, initial=_initial(nudge))
        hints = {
            Whom.SELF: _("Your colleagues do not see it."),
            Whom.WRITERS: _("Everyone in your organisation sees it, and its editors and managers change it."),
        }
        offer(self, "whom", explained((whom.value, whom.label, hints[whom]) for whom in Whom))

    @property
    def wish(self) -> Wish:
        """Of a valid form."""
        on: date = self.cleaned_data["day"]
        return Wish(on, self.cleaned_data["text"], self.cleaned_data["whom"])

    @property
    def seen_turn(self) -> int:
        """Of a valid form; of one that was tampered with, nothing."""
        return self.cleaned_data["seen"] or 0


def _initial(nudge: Nudge | None) -> dict[str, Any]:
    """One whose day has passed waits for another day."""
    if nudge is None:
        return {"whom": Whom.SELF}
    said = {"text": nudge.readable_text, "whom": nudge.whom, "seen": nudge.turn}
    return said | ({"day": nudge.day} if nudge.is_to_come else {})
