"""The mails about the actions of parties; none has the action, the reason or the report itself.

To the site: what a party said. To the party: that the time for which an action is planned draws near. That it is asked to take on actions, a party reads in the mail about the plan that asks it.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actionplans.duties.models import AnswerKind, Duty, DutyAnswer, DutyReport
from actionplans.duties.querysets import DutyQuerySet
from actionplans.plans.mails import about, absolute, people, still_there, writers
from actionplans.sharing.models import PlanShare
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, leads_to, register, render_mail
from stakeholders.models import Membership
from stakeholders.reminding import about_of, is_overtaken, step_of

DUTY_DUE = "duty_due"
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


# --- To a party: the time of an action that it took on ---------------------------------------------------


def _share(share_id: UUID) -> PlanShare:
    return PlanShare.objects.select_related("plan__finding__site__supplier", "organisation").get(pk=share_id)


def _awaited(notification: Notification) -> DutyQuerySet:
    """The actions of the share that are to be done by that day, and that no report calls done."""
    due = about_of(notification.period)
    return Duty.objects.awaited().filter(share=notification.object_id, due_on=due)


def _due_still_due(notification: Notification) -> bool:
    """Not once all are done or nobody's any more, nor beside a later reminder of the same day."""
    party = writers(_share(notification.object_id).organisation_id)
    return (
        _awaited(notification).exists()
        and still_there(notification, party)
        and not is_overtaken(notification)
    )


def _render_due(notification: Notification) -> Message:
    share = _share(notification.object_id)
    actions = _awaited(notification).count()
    context = about(share.plan.finding) | {
        "due": about_of(notification.period),
        "is_past": step_of(notification.period).days > 0,
        "actions": actions,
        "action_url": absolute(f"{reverse('share', args=[share.pk])}#duties"),
        "action_label": ngettext("Report on it", "Report on them", actions),
    }
    return render_mail("duty_due", context)


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
    NotificationKind(
        name=DUTY_DUE,
        label=gettext_lazy("A reminder of an action that you took on"),
        still_due=_due_still_due,
        recipients=lambda share_id: people(writers(_share(share_id).organisation_id)),
        render=_render_due,
        group=MailGroup.REMINDERS,
        about=leads_to(PlanShare, "plan__finding"),
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
