"""The form on which an organisation chooses the days of its reminders."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stakeholders.models import MOST_STEPS
from stakeholders.reminding import ReminderKind, Step


class DaysField(forms.CharField):
    """Whole numbers with commas between them, in the order in which they come; empty for none."""

    def __init__(self, *, most: int, label: str) -> None:
        offered = _("Numbers from 1 to %(most)s, with commas between them, or nothing.") % {"most": most}
        super().__init__(required=False, max_length=100, label=label, help_text=offered)
        self.most = most

    def clean(self, value: object) -> list[int]:
        typed = super().clean(value).replace(",", " ").split()
        if not all(each.isascii() and each.isdigit() for each in typed):
            raise ValidationError(
                _("Enter whole numbers with commas between them, such as 14, 7, 1. Leave it empty for none.")
            )
        days = [int(each) for each in typed]
        if any(not 1 <= each <= self.most for each in days):
            raise ValidationError(_("Enter numbers from 1 to %(most)s.") % {"most": self.most})
        return days


class RemindersForm(forms.Form):
    """Asks for days before the date and for the day itself only where the kind offers them."""

    on_the_day = forms.BooleanField(label=gettext_lazy("On the day itself"), required=False)
    field_order = ["before", "on_the_day", "after"]
    hide_optional = True

    def __init__(self, *args: Any, kind: ReminderKind, steps: Sequence[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.lowest < 0:
            self.fields["before"] = DaysField(most=-kind.lowest, label=_("Days before"))
        if kind.lowest > 0:
            del self.fields["on_the_day"]
        self.fields["after"] = DaysField(most=kind.highest, label=_("Days after"))
        self.order_fields(self.field_order)
        self.initial = {
            "before": ", ".join(str(-step.days) for step in steps if step.days < 0),
            "on_the_day": Step(0) in steps,
            "after": ", ".join(str(step.days) for step in steps if step.days > 0),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and len(set(self.days())) > MOST_STEPS:
            raise ValidationError(
                _("These are %(number)s reminders. Choose at most %(most)s, so that they stay worth reading.")
                % {"number": len(set(self.days())), "most": MOST_STEPS}
            )
        return given

    def days(self) -> list[int]:
        """After the date; negative before it."""
        given = self.cleaned_data
        on_the_day = [0] if given.get("on_the_day") else []
        return [*(-each for each in given.get("before", [])), *on_the_day, *given["after"]]
