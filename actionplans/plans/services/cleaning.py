"""What is to be written into a draft, as it can be kept."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from actionplans.annex import SITE, Column, Field, FieldKind, clean_value, plain_text
from actionplans.plans.drafts import Change, Draft
from actionplans.plans.models import ActionPlan
from actionplans.plans.parties import parties_to_choose
from actionplans.plans.rows import RowPlace
from carportal.core.errors import InvalidInput


def clean_changes(
    draft: Draft, changes: Mapping[str, tuple[str, str]], shown: Iterable[RowPlace]
) -> dict[str, Change]:
    """InvalidInput with the sentences by field and cell, for all that cannot be taken.

    What stands there already stays: a mark in place of words that were removed makes it no mistake of its writer.
    """
    definitions, kept = _definitions(draft, shown), draft.texts
    cleaned: dict[str, Change] = {}
    refused: dict[str, list[str]] = {}
    for name, (raw, based_on) in changes.items():
        if name not in definitions:
            raise InvalidInput(_("The plan has no field “%(name)s”.") % {"name": name})
        text = plain_text(definitions[name], raw)
        if kept.get(name) == text:
            cleaned[name] = Change(text, based_on)
            continue
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


def cells_of_gone(draft: Draft, rows: Collection[UUID], changes: Mapping[str, Change]) -> dict[str, str]:
    """What is to stand in the rows that somebody else removed and that are put back."""
    ids, there = {str(row_id) for row_id in rows}, draft.texts
    return {
        name: change.value for name, change in changes.items() if _row_of(name) in ids and name not in there
    }


def with_organisations(
    plan: ActionPlan, draft: Draft, writes: Mapping[str, str], shown: Iterable[RowPlace]
) -> dict[str, str]:
    """The writes, and of each organisation that is chosen its name and kind where none was written.

    InvalidInput for an organisation that the site does not deal with, and for a party that is none.
    """
    places = list(shown)
    completed, definitions = dict(writes), _definitions(draft, places)
    parties = _parties(draft, places, {_row_of(name) for name in writes})
    for name, text in writes.items():
        kind = definitions[name].kind
        if kind == FieldKind.PARTY and text and text not in parties:
            raise _not_there(name, _("This stakeholder is no longer in the plan. Choose again."))
        if kind == FieldKind.ORGANISATION and text:
            completed |= _named_after(plan, draft, completed, name, text)
    return completed


def _parties(draft: Draft, shown: Iterable[RowPlace], written: Collection[str]) -> set[str]:
    """What can be a party: the site, the rows of parties that there are, and those that are put back."""
    groups = [group.name for group in draft.template.groups if group.are_parties]
    there = {str(row.id) for name in groups for row in draft.groups.get(name, ())}
    back = {str(place.id) for place in shown if place.group in groups} & set(written)
    return {SITE} | there | back


def _named_after(
    plan: ActionPlan, draft: Draft, writes: Mapping[str, str], name: str, chosen: str
) -> dict[str, str]:
    known = {str(each.pk): each for each in parties_to_choose(plan.finding.site)}
    if chosen not in known:
        raise _not_there(name, _("Choose one of the organisations in the list, or write the name instead."))
    row, organisation, texts = _row_of(name), known[chosen], {**draft.texts, **writes}
    wanted = {f"{row}.name": organisation.name, f"{row}.kind": organisation.kind}
    return {cell: text for cell, text in wanted.items() if not texts.get(cell)}


def _row_of(address: str) -> str:
    return address.partition(".")[0]


def _not_there(name: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={name: [sentence]})
