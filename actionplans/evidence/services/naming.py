"""Before a file is shown to somebody: whether the words beside it tell of a party that its reader may not know."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from actionplans.evidence import hooks
from actionplans.evidence.models import ShownTo, Subject
from actionplans.evidence.querysets import parties_with
from actionplans.plans.models import ActionPlan
from carportal.core.errors import Conflict, InvalidInput
from stakeholders.models import Organisation


class NamesShown(Conflict):
    """The name or description of a file tells its readers of other parties, `names`."""

    def __init__(self, names: Iterable[Organisation]) -> None:
        super().__init__(
            _(
                "The words beside the file name a party that its readers may not know of. Confirm that they may read the name, or change the words."
            )
        )
        self.names = list(names)


def party_of(
    plan: ActionPlan, subject: Subject, shown_to: ShownTo, party_id: UUID | None
) -> Organisation | None:
    """The one party that is to see it; InvalidInput unless it has the plan now, and what the file is about."""
    if shown_to != ShownTo.PARTY:
        return None
    party = parties_with(plan, subject).filter(pk=party_id).first() if party_id is not None else None
    if party is None:
        sentence = _(
            "A file is shown to an organisation that the plan is shared with. Share the plan with it first."
        )
        if subject.id is not None:
            sentence = _(
                "That organisation does not get what the file is about, so the file cannot be shown to it."
            )
        raise InvalidInput(sentence, fields={"shown_to": [sentence]})
    return party


def check_names(
    plan: ActionPlan,
    subject: Subject,
    words: str,
    shown_to: ShownTo,
    party: Organisation | None,
    confirmed: Collection[UUID],
) -> None:
    found = {
        named.pk: named
        for reader_id in _readers(plan, subject, shown_to, party)
        for find in hooks.find_names
        for named in find(plan, words, reader_id)
    }
    if left := [named for named in found.values() if named.pk not in confirmed]:
        raise NamesShown(left)


def _readers(
    plan: ActionPlan, subject: Subject, shown_to: ShownTo, party: Organisation | None
) -> Collection[UUID | None]:
    """As whom the words are read; the site knows all of its parties."""
    if shown_to == ShownTo.SITE:
        return []
    if party is not None:
        return [party.pk]
    return [None] if subject.id is None else hooks.subjects[subject.kind].read_as(plan, subject.id)
