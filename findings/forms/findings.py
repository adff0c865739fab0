"""Finding CARs in their list, and deciding on what an audit left."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from findings.forms.choices import Text, explained, offer
from findings.models import FindingStatus, LeftDecision
from findings.querysets import FindingQuerySet
from findings.requirements import AREAS
from stakeholders.countries import COUNTRIES
from stakeholders.models import Organisation, Site

EVERY_STATUS = "all"
Choices = list[tuple[str, Text]]


class FindFindingForm(forms.Form):
    """The filters of the list; their choices come only from CARs that the reader may see."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Under way")),
            *FindingStatus.choices,
            (EVERY_STATUS, _("All, ended ones too")),
        ],
    )
    area = forms.ChoiceField(label=_("Area"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    supplier = forms.ChoiceField(label=_("Supplier"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    hide_optional = True

    def __init__(
        self, *args: Any, areas: Choices, sites: Iterable[Site], with_supplier: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        sites = list(sites)
        self._offer("area", _("All areas"), areas)
        self._offer("country", _("All countries"), _countries_of(sites))
        self._offer(
            "site", _("All sites"), [(str(site.pk), f"{site.name} ({site.reference})") for site in sites]
        )
        if with_supplier:
            self._offer("supplier", _("All suppliers"), _suppliers_of(sites))
        else:
            del self.fields["supplier"]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("Choose one from the list.")

    def _offer(self, name: str, everything: Text, choices: Choices) -> None:
        offer(self, name, [("", everything), *choices])

    def chosen(self, name: str) -> str:
        """What a filter is set to; empty where it is not, or set to something it does not offer."""
        self.is_valid()
        value: str = getattr(self, "cleaned_data", {}).get(name, "")
        return value


def filter_form(
    visible: FindingQuerySet, data: Mapping[str, str] | None, *, with_supplier: bool
) -> FindFindingForm:
    """The filters over the CARs that a reader may see, holding what was sent."""
    return FindFindingForm(
        data, areas=_areas_of(visible), sites=_sites_of(visible), with_supplier=with_supplier
    )


def _areas_of(visible: FindingQuerySet) -> Choices:
    there = set(visible.order_by().values_list("area", flat=True).distinct())
    return [(code, title) for code, title in AREAS if code in there]


def _sites_of(visible: FindingQuerySet) -> Iterable[Site]:
    here = visible.order_by().filter(site=OuterRef("pk"))
    return Site.objects.filter(Exists(here)).select_related("supplier").order_by("name", "reference")


def _countries_of(sites: list[Site]) -> Choices:
    there = {site.country for site in sites}
    return [(code, name) for code, name in COUNTRIES if code in there]


def _suppliers_of(sites: list[Site]) -> Choices:
    suppliers: dict[Any, Organisation] = {site.supplier_id: site.supplier for site in sites}
    by_name = sorted(suppliers.values(), key=lambda each: (each.name.casefold(), each.reference))
    return [(str(each.pk), f"{each.name} ({each.reference})") for each in by_name]


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
