"""Words that must go, in what people wanted to be reminded of."""

from actionplans.annex.passages import black_out, places
from actionplans.nudges.models import Nudge
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan
from carportal.core.forgetting import forget_content


def find(_plan: ActionPlan, _words: str) -> list[Found]:
    """Nowhere, for anybody: who sees one can change or remove it, and nobody else is to learn of it."""
    return []


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each that holds the words, and the kept copies of mails that told them, as it was worded then."""
    nudges = dict(Nudge.objects.filter(finding=plan.finding_id).values_list("pk", "text"))
    for pk, text in nudges.items():
        if any(places(text, words)):
            Nudge.objects.filter(pk=pk).update(text=black_out(text, words))
    forget_content(object_ids=nudges.keys(), holds=lambda text: any(places(text, words)))


NUDGES = Texts(find=find, black_out=black_out_texts, columns=frozenset({"nudge.text"}))
