"""Words that must go, in the names of people that a site wrote down about an escalation of the plan's CAR."""

from collections.abc import Iterator

from django.db.models import Model
from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts, places
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan
from findings.models import EscalationParty, Telling


def find(plan: ActionPlan, words: str) -> list[Found]:
    return [
        Found(
            _("Escalation, %(party)s") % {"party": party.organisation.name},
            excerpts(getattr(row, column), words),
        )
        for party, row, column in _texts_of(plan)
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each name that holds the words; no mail quotes one."""
    for _party, row, column in _texts_of(plan):
        text = getattr(row, column)
        if any(places(text, words)):
            type(row)._default_manager.filter(pk=row.pk).update(**{column: black_out(text, words)})


def _texts_of(plan: ActionPlan) -> Iterator[tuple[EscalationParty, Model, str]]:
    """Each name with the party that it is about, the row it stands in and its column."""
    parties = EscalationParty.objects.filter(escalation__finding=plan.finding_id)
    for party in parties.select_related("organisation").prefetch_related("tellings"):
        tellings: list[Telling] = list(party.tellings.all())
        yield from ((party, telling, "whom") for telling in tellings)
        yield party, party, "taken_over_name"


NAMES_IN_ESCALATIONS = Texts(
    find=find,
    black_out=black_out_texts,
    columns=frozenset({"telling.whom", "escalationparty.taken_over_name"}),
)
