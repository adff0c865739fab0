"""What is to be written into a draft, as it can be kept."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from actionplans.annex import SITE, Column, Field, FieldKind, clean_value
from actionplans.plans.drafts import Change, Draft
from actionplans.plans.models import ActionPlan
from actionplans.plans.parties import parties_to_choose
from actionplans.plans.rows import RowPlace
from carportal.core.errors import InvalidInput


def clean_changes(
    draft: Draft, changes: Mapping[str, tuple[str, str]], shown: Iterable[RowPlace]
) -> dict[str, Change]:
    """InvalidInput with the sentences by field and cell, for all that cannot be taken."""
    definitions = _definitions(draft, shown)
    cleaned: dict[str, Change] = {}
    refused: dict[str, list[str]] = {}
    for name, (raw, based_on) in changes.items():
        if name not in definitions:
            raise InvalidInput(_("The plan has no field “%(name)s”.") % {"name": name})
        try:
            cleaned[name] = Change(clean_value(definitions[name], raw, name=name), based_on)
        except InvalidInput as error:
            refused[name] = [str(error.message)]
    if refused:
        raise InvalidInput(_("Some of what you wrote cannot be saved as it is."), fields=refused)
    return cleaned


def _definitions(draft: Draft, shown: Iterable[RowPlace]) -> dict[str, Field | Column]:
    """Of the draft, and of the rows on the writer's screen, some of which may be gone."""
    on_screen = {
        f"{place.id}.{column.name}": column
        for place in shown
        for column in draft.template.group(place.group).columns
    }
    return on_screen | draft.definitions


def with_organisations(plan: ActionPlan, draft: Draft, writes: Mapping[str, str]) -> dict[str, str]:
    """The writes, and of each organisation that is chosen its name and kind where none was written.

    InvalidInput for an organisation that the site does not deal with, and for a party that is none.
    """
    completed = dict(writes)
    parties = {
        str(row.id)
        for group in draft.template.groups
        if group.are_parties
        for row in draft.groups.get(group.name, ())
    } | {SITE}
    for name, text in writes.items():
        kind = draft.definitions[name].kind
        if kind == FieldKind.PARTY and text and text not in parties:
            raise _not_there(name, _("This stakeholder is no longer in the plan. Choose again."))
        if kind == FieldKind.ORGANISATION and text:
            completed |= _named_after(plan, draft, completed, name, text)
    return completed


def _named_after(
    plan: ActionPlan, draft: Draft, writes: Mapping[str, str], name: str, chosen: str
) -> dict[str, str]:
    known = {str(each.pk): each for each in parties_to_choose(plan.finding.site)}
    if chosen not in known:
        raise _not_there(name, _("Choose one of the organisations in the list, or write the name instead."))
    row, organisation = name.partition(".")[0], known[chosen]
    wanted = {f"{row}.name": organisation.name, f"{row}.kind": organisation.kind}
    return {cell: text for cell, text in wanted.items() if not writes.get(cell, draft.texts[cell])}


def _not_there(name: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={name: [sentence]})
