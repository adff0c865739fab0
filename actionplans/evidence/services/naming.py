"""Before a file is shown to somebody: whether the words beside it tell of a party that its reader may not know."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from actionplans.evidence import hooks
from actionplans.evidence.models import ShownTo
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


def party_of(plan: ActionPlan, shown_to: ShownTo, party_id: UUID | None) -> Organisation | None:
    """The one party that is to see it; InvalidInput unless the plan is shared with it now."""
    if shown_to != ShownTo.PARTY:
        return None
    party = parties_with(plan).filter(pk=party_id).first() if party_id is not None else None
    if party is None:
        sentence = _(
            "A file is shown to an organisation that the plan is shared with. Share the plan with it first."
        )
        raise InvalidInput(sentence, fields={"shown_to": [sentence]})
    return party


def check_names(
    plan: ActionPlan, words: str, shown_to: ShownTo, party: Organisation | None, confirmed: Collection[UUID]
) -> None:
    if shown_to == ShownTo.SITE:
        return
    reader_id = party.pk if party is not None else None
    found = [named for find in hooks.find_names for named in find(plan, words, reader_id)]
    if left := [named for named in found if named.pk not in confirmed]:
        raise NamesShown(left)
