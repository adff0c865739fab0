"""The bar of filters over a list or a dashboard."""

from functools import partial
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, LayoutObject
from crispy_forms.layout import Layout as CrispyLayout
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carportal.core.selects import PlainSelect
from findings.filters import Choice, Filter, Filters
from findings.filters.setting import SHORTEST, SUGGESTED
from findings.filters.sorting import NAME, USUAL, sorts_for
from findings.forms.choices import Text


class MoreFilters(Div):
    """Those that unfold; as its template shows, from the start while any of them is in use."""

    template = "findings/more_filters.html"

    def __init__(self, *fields: "str | Named", in_use: int) -> None:
        super().__init__(*fields)
        self.in_use = in_use


class Named(LayoutObject):
    """A thing that is found by its name: what was chosen, or a box to type in and what is called so."""

    template = "findings/filters/named.html"

    def __init__(self, offered: Filter, filters: Filters) -> None:
        self.offered = offered
        self.chosen = filters.taken.get(offered.name)
        self.matches = filters.matches.get(offered.name, [])[:SUGGESTED]

    def render(self, form: forms.Form, _context: Any, **_options: Any) -> SafeString:
        return render_to_string(
            self.template,
            {
                "offered": self.offered,
                "chosen": self.chosen,
                "matches": self.matches,
                "field": form[self.offered.typed_name],
            },
        )


class FilterForm(forms.Form):
    """The filters of a list or a dashboard, each with the choices that its reader has; of a list, how it is sorted."""

    hide_optional = True

    def __init__(self, filters: Filters, *, sortable: bool = False) -> None:
        typed = {each.typed_name: filters.typed.get(each.name, "") for each in filters.offered}
        given = {**filters.data, **{name: text for name, text in typed.items() if text}}
        super().__init__({**given, NAME: filters.sort.name} if given else None)
        self.filters = filters
        shown = [each for each in filters.offered if not each.linked or each.name in filters.chosen]
        for each in shown:
            self._add(each)
        front = [self._laid_out(each) for each in shown if each.front]
        more = [each for each in shown if not each.front]
        in_use = sum(each.name in filters.data or each.name in filters.typed for each in more)
        if sortable:
            self._add_sort()
            front.append(NAME)
        self.helper = FormHelper()
        self.helper.layout = CrispyLayout(
            *front, MoreFilters(*(self._laid_out(each) for each in more), in_use=in_use)
        )

    def _add(self, each: Filter) -> None:
        if self.filters.is_typed(each):
            self.fields[each.typed_name] = forms.CharField(label=str(each.label), required=False)
        elif each.read is not None:
            self.fields[each.name] = forms.DateField(
                label=str(each.label),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages={"invalid": _("Enter a day such as 2026-03-31.")},
            )
        else:
            self.fields[each.name] = forms.ChoiceField(
                label=str(each.label),
                required=False,
                # Gone through once it is written or checked, and not copied before.
                choices=partial(_values, each.everything, self.filters.choices_of(each)),
                widget=PlainSelect,
                error_messages={"invalid_choice": _("Choose one from the list.")},
            )

    def _add_sort(self) -> None:
        sorts = [(sort.name, sort.label) for sort in sorts_for(self.filters.view.actor)]
        self.fields[NAME] = forms.ChoiceField(
            label=_("Sort by"),
            required=False,
            choices=sorts,
            widget=PlainSelect,
            initial=self.filters.sort.name or USUAL,
        )

    def _laid_out(self, each: Filter) -> str | Named:
        return Named(each, self.filters) if self.filters.is_typed(each) else each.name

    def clean(self) -> dict[str, Any]:
        """What was typed is to be the name of one thing; what else was asked for holds meanwhile."""
        given: dict[str, Any] = super().clean() or {}
        for name, matches in self.filters.matches.items():
            field = f"{name}_named"
            if len(matches) != 1 and field in self.fields:
                self.add_error(field, _what_to_do(self.filters.typed[name], matches))
        since, until = given.get("raised_from"), given.get("raised_until")
        if since and until and since > until:
            self.add_error("raised_until", _("Enter a day that is not before the first one."))
        return given


def _what_to_do(text: str, matches: list[Choice]) -> str:
    if len(text) < SHORTEST:
        return _("Type at least %(n)s characters of the name or the reference.") % {"n": SHORTEST}
    if not matches:
        return _("Nothing is called so. Type a part of the name, or the beginning of the reference.")
    if len(matches) > SUGGESTED:
        return _("More than %(n)s are called so. Choose one, or type more of the name.") % {"n": SUGGESTED}
    return _("Several are called so. Choose one.")


def _values(everything: Text, choices: list[Choice]) -> list[tuple[str, Text]]:
    return [("", everything), *((choice.value, choice.label) for choice in choices)]
