"""The mails about the actions of parties, to the site; none has the reason or the report itself.

That it is asked to take on actions, a party reads in the mail about the plan that asks it.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.duties.models import AnswerKind, Duty, DutyAnswer, DutyReport
from actionplans.plans.mails import about, absolute, people, still_there, writers
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, leads_to, register, render_mail
from stakeholders.models import Membership

OF_DUTY = ("duty__share__plan__finding__site__supplier", "duty__share__organisation")


def _answer(answer_id: UUID) -> DutyAnswer:
    return DutyAnswer.objects.select_related(*OF_DUTY).get(pk=answer_id)


def _report(report_id: UUID) -> DutyReport:
    return DutyReport.objects.select_related(*OF_DUTY).get(pk=report_id)


def _site(duty: Duty) -> QuerySet[Membership]:
    return writers(duty.share.plan.finding.site.supplier_id)


def _answer_still_due(notification: Notification) -> bool:
    """Not when the party has changed its mind since: that answer has a mail of its own."""
    answer = _answer(notification.object_id)
    is_newest = answer.duty.answers.first() == answer
    return is_newest and answer.duty.is_open and still_there(notification, _site(answer.duty))


def _report_still_due(notification: Notification) -> bool:
    """Not once it is in the plan."""
    report = _report(notification.object_id)
    return report.taken_at is None and report.duty.is_open and still_there(notification, _site(report.duty))


def _render_answer(notification: Notification) -> Message:
    answer = _answer(notification.object_id)
    accepted = answer.kind == AnswerKind.ACCEPTED
    label = _("See the action") if accepted else _("Read why")
    return _render("duty_answered", answer.duty, label=label, is_accepted=accepted)


def _render_report(notification: Notification) -> Message:
    report = _report(notification.object_id)
    return _render("duty_reported", report.duty, label=_("Read the report"), report=report)


def _render(template: str, duty: Duty, *, label: str, **context: object) -> Message:
    share = duty.share
    url = absolute(f"{reverse('share', args=[share.pk])}#duties")
    return render_mail(
        template,
        about(share.plan.finding)
        | {"party": share.organisation, "action_url": url, "action_label": label, **context},
    )


KINDS = (
    NotificationKind(
        name="duty_answered",
        label=gettext_lazy("A party accepted or declined an action of your plan"),
        still_due=_answer_still_due,
        recipients=lambda answer_id: people(_site(_answer(answer_id).duty)),
        render=_render_answer,
        group=MailGroup.PLANS,
        about=leads_to(DutyAnswer, "duty__share__plan__finding"),
    ),
    NotificationKind(
        name="duty_reported",
        label=gettext_lazy("A party reported on its action of your plan"),
        still_due=_report_still_due,
        recipients=lambda report_id: people(_site(_report(report_id).duty)),
        render=_render_report,
        group=MailGroup.PLANS,
        about=leads_to(DutyReport, "duty__share__plan__finding"),
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
