"""Proposing times, saying why not, and writing down what came of a call."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field as LayoutField
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.calls.models import Call, Duration, Purpose
from actionplans.calls.offers import MOST_SLOTS, Offer, Subject
from actionplans.calls.services.holding import MOST_ACTIONS, AgreedAction
from actionplans.calls.times import instant, name_of
from actionplans.sharing.models import Side
from findings.forms.choices import offer
from stakeholders.models import Organisation

LOCAL = "%Y-%m-%dT%H:%M"


class ClockField(forms.Field):
    """A day and time on the clock of whoever enters it; the moment, once that is sure."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        if isinstance(value, datetime):
            return value
        if (local := _clock_time(str(value))) is None:
            raise forms.ValidationError(_("Enter a real day and time, such as 2027-03-14 15:00."))
        try:
            return instant(local, timezone.get_current_timezone())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value) if isinstance(value, datetime) else value


def _clock_time(text: str) -> datetime | None:
    """None for what is no time, names a zone of its own, or lies where calendars end."""
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return local if local.tzinfo is None and 1970 < local.year < 9999 else None


class OfferForm(forms.Form):
    """One to three times, how long, and where; whether they can be is the service's to say."""

    hide_optional = True
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, initial: Any = None, prefix: str | None = None, needed: bool = True
    ) -> None:
        super().__init__(data, initial=initial, prefix=prefix)
        zone = name_of(timezone.get_current_timezone())
        for number in range(1, MOST_SLOTS + 1):
            self.fields[f"slot_{number}"] = ClockField(
                label=_("Day and time") if number == 1 else _("Another day and time, if you wish"),
                required=needed and number == 1,
                help_text=_("On your clock: %(zone)s. The other side sees it on its own.") % {"zone": zone}
                if number == 1
                else "",
                error_messages={"required": _("Enter at least one day and time.")},
            )
        self.fields["duration"] = forms.TypedChoiceField(
            label=_("How long"),
            coerce=int,
            empty_value=None,
            required=needed,
            error_messages={"required": _("Choose how long the call is to be.")},
        )
        offer(self, "duration", [(str(value), label) for value, label in Duration.choices])
        self.initial.setdefault("duration", Duration.HOUR.value)
        self.fields["where"] = forms.CharField(
            label=_("Link or phone number"),
            required=needed,
            help_text=_("Where you meet: a link that begins with https://, or a number to call."),
            error_messages={"required": _("Enter a link that begins with https://, or a phone number.")},
        )

    @property
    def slots(self) -> list[str]:
        return [f"slot_{number}" for number in range(1, MOST_SLOTS + 1)]

    @property
    def is_wanted(self) -> bool:
        """Whether anything was entered; how long it is to be stands there already."""
        return any(self.cleaned_data[name] for name in [*self.slots, "where"])

    @property
    def offer(self) -> Offer:
        """Of a valid form."""
        entered = [self.cleaned_data[name] for name in self.slots if self.cleaned_data[name]]
        return Offer(entered, self.cleaned_data["duration"] or 0, self.cleaned_data["where"])


class CallForm(OfferForm):
    """A call that is proposed for the first time."""

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["purpose"] = forms.ChoiceField(
            label=_("What is the call for?"),
            choices=Purpose.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose what the call is for.")},
        )
        self.fields["topic"] = forms.CharField(
            label=_("If it is something else: in your own words"),
            required=False,
            help_text=_("The other side reads it. Do not name workers or children."),
        )
        self.order_fields(["purpose", "topic", *self.slots, "duration", "where"])

    @property
    def subject(self) -> Subject:
        """Of a valid form."""
        return Subject(self.cleaned_data["purpose"], self.cleaned_data["topic"])


class EndForm(forms.Form):
    """Why a call is declined, which is needed, or called off, which may be said."""

    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The other side reads it. Do not name workers or children."),
        error_messages={"required": _("Say why, so that the other side knows what to do next.")},
    )

    def __init__(self, data: Any = None, *, initial: Any = None, needs_reason: bool) -> None:
        super().__init__(data, initial=initial)
        self.fields["reason"].required = needs_reason
        if not needs_reason:
            self.fields["reason"].label = _("Reason, if you wish to give one")


class MinutesForm(forms.Form):
    """What came of the call, and what was agreed to be done, by whom and by when."""

    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What came of the call"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_(
            "Both sides read it, and it cannot be changed afterwards. Do not name workers or children."
        ),
        error_messages={"required": _("Say what came of the call; a few sentences are enough.")},
    )

    def __init__(self, call: Call, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        share = call.share
        owners: list[tuple[str, Any]] = [
            ("", _("Choose")),
            (Side.SITE.value, share.plan.finding.site.name),
            (Side.PARTY.value, share.organisation.name),
        ]
        for number in range(1, MOST_ACTIONS + 1):
            self._add_action(number, owners)
        self.helper = FormHelper()
        self.helper.render_hidden_fields = True
        self.helper.layout = Layout(
            LayoutField("text"),
            *(
                Fieldset(
                    _("Action %(number)s, if one was agreed") % {"number": number},
                    *(LayoutField(f"{name}_{number}") for name in ("what", "owner", "ends")),
                )
                for number in range(1, MOST_ACTIONS + 1)
            ),
        )

    def _add_action(self, number: int, owners: Iterable[tuple[str, Any]]) -> None:
        self.fields[f"what_{number}"] = forms.CharField(
            label=_("What is to be done"),
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        )
        self.fields[f"owner_{number}"] = forms.ChoiceField(
            label=_("Who does it"), required=False, choices=list(owners)
        )
        self.fields[f"ends_{number}"] = forms.CharField(
            label=_("By the end of"),
            required=False,
            help_text=_("A month, quarter or year: 2027-03, 2027 Q2 or 2027."),
        )

    @property
    def actions(self) -> list[AgreedAction]:
        """Of a valid form, the empty ones too, so that each keeps its number."""
        return [
            AgreedAction(*(self.cleaned_data[f"{name}_{number}"] for name in ("what", "owner", "ends")))
            for number in range(1, MOST_ACTIONS + 1)
        ]


def ask_about_names(form: forms.Form, reader: str, named: Iterable[Organisation]) -> None:
    """A box for each name that the reader may not know, to be ticked by whoever wants it to be read."""
    names = list(named)
    form.fields["names"] = forms.MultipleChoiceField(
        label=_("%(reader)s may read these names") % {"reader": reader},
        choices=[(str(each.pk), each.name) for each in names],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    helper: FormHelper | None = getattr(form, "helper", None)
    if helper is not None:
        helper.layout.fields.insert(0, LayoutField("names"))
    form.add_error(
        "names",
        _(
            "You name others of whom %(reader)s may not know. Take the names out, or confirm that it may read them."
        )
        % {"reader": reader},
    )
