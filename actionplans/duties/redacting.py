"""Words that must go, in what parties said of their actions."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts, places
from actionplans.duties.models import DutyAnswer, DutyReport
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan


def find(plan: ActionPlan, words: str) -> list[Found]:
    return [
        *(
            Found(
                _("Why %(party)s declined an action") % {"party": answer.duty.share.organisation.name},
                excerpts(answer.reason, words),
            )
            for answer in _answers(plan)
        ),
        *(
            Found(
                _("Report of %(party)s on its action") % {"party": report.duty.share.organisation.name},
                excerpts(report.text, words),
            )
            for report in _reports(plan)
        ),
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each text that holds the words; no mail quotes them."""
    for answer in _answers(plan):
        if any(places(answer.reason, words)):
            DutyAnswer.objects.filter(pk=answer.pk).update(reason=black_out(answer.reason, words))
    for report in _reports(plan):
        if any(places(report.text, words)):
            DutyReport.objects.filter(pk=report.pk).update(text=black_out(report.text, words))


def _answers(plan: ActionPlan) -> Iterator[DutyAnswer]:
    of_plan = DutyAnswer.objects.filter(duty__share__plan=plan).exclude(reason="")
    yield from of_plan.select_related("duty__share__organisation").order_by("answered_at")


def _reports(plan: ActionPlan) -> Iterator[DutyReport]:
    of_plan = DutyReport.objects.filter(duty__share__plan=plan)
    yield from of_plan.select_related("duty__share__organisation").order_by("reported_at")


DUTIES = Texts(
    find=find,
    black_out=black_out_texts,
    columns=frozenset({"dutyanswer.reason", "dutyreport.text"}),
)
