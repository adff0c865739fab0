"""The bar of filters over a list or a dashboard: what is offered, what was chosen, and what of that is to be put right."""

from dataclasses import dataclass
from functools import lru_cache

from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carportal.core.selects import options
from findings.filters.definition import Choice, Filter
from findings.filters.setting import SHORTEST, SUGGESTED, Filters
from findings.filters.sorting import NAME, sorts_for
from findings.filters.times import RAISED_FROM, RAISED_UNTIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One filter: a select if it has `choices`; else a day, or with a `search_url` a thing that is found by its name.

    `value` is what was given, understood or not. Of a thing there is the one that was `chosen` for the filter `sets`,
    or a box to type in, with what is called so.
    """

    name: str
    label: str
    errors: tuple[str, ...] = ()
    value: str = ""
    choices: tuple[Choice, ...] = ()
    search_url: str = ""
    sets: str = ""
    chosen: Choice | None = None
    matches: tuple[Choice, ...] = ()

    @property
    def auto_id(self) -> str:
        """As fields of forms are called."""
        return f"id_{self.name}"

    @property
    def aria(self) -> SafeString:
        """Where it is said what to put right."""
        described = {"aria-invalid": "true", "aria-describedby": f"{self.auto_id}_error"}
        return flatatt(described if self.errors else {})

    @property
    def options(self) -> SafeString:
        return options(((choice.value, choice.label) for choice in self.choices), self.value)

    @property
    def html(self) -> SafeString:
        is_usual = not self.errors and self.chosen is None and (self.choices or not self.value)
        return _kept(self, get_language()) if is_usual else _written(self)


def _written(control: Control) -> SafeString:
    return render_to_string("findings/filters/control.html", {"control": control})


@lru_cache(maxsize=500)
def _kept(control: Control, _language: str | None) -> SafeString:
    """Written once: most of a bar has the same choices on every page, and nothing to be put right."""
    return _written(control)


class FilterBar:
    """Those that are always shown (`front`) and those that unfold (`more`), each with the choices of its reader.

    `page` is the route of the list or the dashboard; a list is `sortable`.
    """

    def __init__(self, filters: Filters, page: str, *, sortable: bool = False) -> None:
        self._filters = filters
        shown = [each for each in filters.offered if not each.linked or each.name in filters.chosen]
        more = [each for each in shown if not each.front]
        self.front = [self._control(each) for each in shown if each.front]
        if sortable:
            self.front.append(self._order())
        self.more = [self._control(each) for each in more]
        self.in_use = sum(each.name in filters.data or each.name in filters.typed for each in more)
        self.clear_url = reverse(page) if filters.data or filters.typed else ""

    def _control(self, each: Filter) -> Control:
        if self._filters.is_typed(each):
            return self._named(each)
        label, everything, _choices = self._filters.said[each.name]
        value, errors = self._filters.data.get(each.name, ""), self._errors(each)
        if each.read is not None:
            return Control(name=each.name, label=label, errors=errors, value=value)
        choices = (Choice("", everything), *self._filters.choices_of(each))
        return Control(name=each.name, label=label, errors=errors, value=value, choices=choices)

    def _named(self, each: Filter) -> Control:
        text = self._filters.typed.get(each.name, "")
        chosen = self._filters.taken.get(each.name)
        matches = self._filters.matches.get(each.name, [])
        return Control(
            name=each.typed_name,
            label=self._filters.said[each.name].label,
            errors=(_what_to_do(text, matches),) if text and chosen is None else (),
            value=text,
            search_url=reverse("finding_filter_matches", args=[each.name]),
            sets=each.name,
            chosen=chosen,
            matches=tuple(matches[:SUGGESTED]),
        )

    def _errors(self, each: Filter) -> tuple[str, ...]:
        """What else was asked for holds meanwhile."""
        chosen = self._filters.chosen
        if each.name in self._filters.data and each.name not in chosen:
            return (_("Enter a day such as 2026-03-31.") if each.read else _("Choose one from the list."),)
        if each is RAISED_UNTIL and "" < chosen.get(each.name, "") < chosen.get(RAISED_FROM.name, ""):
            return (_("Enter a day that is not before the first one."),)
        return ()

    def _order(self) -> Control:
        sorts = tuple(Choice(sort.name, str(sort.label)) for sort in sorts_for(self._filters.view.actor))
        return Control(name=NAME, label=_("Sort by"), value=self._filters.sort.name, choices=sorts)


def _what_to_do(text: str, matches: list[Choice]) -> str:
    if len(text) < SHORTEST:
        return _("Type at least %(n)s characters of the name or the reference.") % {"n": SHORTEST}
    if not matches:
        return _("Nothing is called so. Type a part of the name, or the beginning of the reference.")
    if len(matches) > SUGGESTED:
        return _("More than %(n)s are called so. Choose one, or type more of the name.") % {"n": SUGGESTED}
    return _("Several are called so. Choose one.")
