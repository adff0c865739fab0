"""Deciding on what an audit left."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from findings.forms.choices import explained, offer
from findings.models import LeftDecision


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
