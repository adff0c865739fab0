"""The mails about plans: shared, brought up to date, replied to, published; all of them without the text itself."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import template_of
from actionplans.models import (
    ActionPlan,
    DutyStatus,
    PlanShare,
    Reply,
    ReplyKind,
    SharedRevision,
    ShareStatus,
)
from actionplans.plans.mails import about, absolute, people, still_there
from carportal.core.actor import WRITING_ROLES
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import (
    Message,
    NotificationKind,
    Recipient,
    leads_to,
    register,
    render_mail,
)
from findings.models import Access, AccessLevel, AccessSource, Finding, FindingStatus
from stakeholders.models import Membership

# --- To a party: the plan was shared with it, or brought up to date --------------------------------


def _sent(sent_id: UUID) -> SharedRevision:
    return SharedRevision.objects.select_related(
        "share__plan__finding__site__supplier", "share__organisation", "revision"
    ).get(pk=sent_id)


def _members_of_party(sent: SharedRevision) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=sent.share.organisation_id)


def _party(sent_id: UUID) -> Iterable[Recipient]:
    return people(_members_of_party(_sent(sent_id)))


def _sent_still_due(notification: Notification) -> bool:
    """Not for what was withdrawn or replaced, nor once the CAR has ended."""
    sent = _sent(notification.object_id)
    share = sent.share
    newest = share.sent.first()
    return (
        share.status != ShareStatus.WITHDRAWN
        and newest is not None
        and newest.pk == sent.pk
        and share.plan.finding.is_under_way
        and still_there(notification, _members_of_party(sent))
    )


def _render_sent(notification: Notification, template: str) -> Message:
    sent = _sent(notification.object_id)
    annex = template_of(sent.revision.template_version)
    informed = sent.share.status == ShareStatus.INFORMED
    context = about(sent.share.plan.finding) | {
        "note": sent.readable_note,
        "asked": [ask.short for ask in annex.asks if sent.asks.get(ask.key)],
        "for_information": informed,
        "duties": sent.share.duties.filter(status=DutyStatus.PROPOSED).count(),
        "action_url": absolute(reverse("share", args=[sent.share_id])),
        "action_label": _("Read the plan") if informed else _("Read the plan and reply"),
    }
    return render_mail(template, context)


# --- To the site: a reply ---------------------------------------------------------------------------


def _reply(reply_id: UUID) -> Reply:
    return Reply.objects.select_related(
        "sent__share__plan__finding__site__supplier", "sent__share__organisation"
    ).get(pk=reply_id)


def _writers_of_site(reply: Reply) -> QuerySet[Membership]:
    supplier = reply.sent.share.plan.finding.site.supplier_id
    return Membership.objects.filter(organisation=supplier, role__in=WRITING_ROLES)


def _site(reply_id: UUID) -> Iterable[Recipient]:
    return people(_writers_of_site(_reply(reply_id)))


def _reply_still_due(notification: Notification) -> bool:
    """Not when the party has changed its mind since: that reply has a mail of its own."""
    reply = _reply(notification.object_id)
    newest = Reply.objects.filter(sent__share=reply.sent.share_id).first()
    return newest == reply and still_there(notification, _writers_of_site(reply))


def _said(reply: Reply) -> str:
    party = reply.sent.share.organisation.name
    if reply.kind == ReplyKind.CHANGES_REQUESTED and reply.section:
        return _("%(party)s asks for changes to a part of your action plan: %(section)s.") % {
            "party": party,
            "section": reply.section_label,
        }
    sentences = {
        ReplyKind.ACKNOWLEDGED: _("%(party)s has received your action plan and will answer later."),
        ReplyKind.CONFIRMED: _("%(party)s confirms that the proposed action meets its requirements."),
        ReplyKind.CHANGES_REQUESTED: _("%(party)s asks for changes to your action plan."),
    }
    return sentences[ReplyKind(reply.kind)] % {"party": party}


def _what_next(reply: Reply, finding: Finding) -> str:
    if reply.kind == ReplyKind.CHANGES_REQUESTED:
        return _(
            "What goes into the plan, you decide. A wish for changes does not stop you from publishing it."
        )
    if reply.kind == ReplyKind.CONFIRMED and finding.status == FindingStatus.OPEN:
        publishing = _("When you publish the plan, the CAR moves from open to in progress.")
        if PlanShare.objects.filter(plan=reply.sent.share.plan_id).all_have_confirmed():
            return _("Everyone whom you asked has confirmed it now. %(publishing)s") % {
                "publishing": publishing
            }
        return publishing
    return ""


def _render_reply(notification: Notification) -> Message:
    reply = _reply(notification.object_id)
    share = reply.sent.share
    finding = share.plan.finding
    context = about(finding) | {
        "party": share.organisation,
        "reply": reply,
        "said": _said(reply),
        "what_next": _what_next(reply, finding),
        "action_url": absolute(reverse("share", args=[share.pk])),
        "action_label": _("Read the reply"),
    }
    return render_mail("reply_received", context)


# --- To customers that read the site's published plans ------------------------------------------------


def _plan(plan_id: UUID) -> ActionPlan:
    return ActionPlan.objects.select_related("finding__site__supplier").get(pk=plan_id)


def _readers(plan: ActionPlan) -> QuerySet[Membership]:
    access = Access.objects.filter(
        finding=plan.finding_id, source=AccessSource.RELATIONSHIP, level__gte=AccessLevel.PLAN
    )
    return Membership.objects.filter(organisation__in=access.values("organisation"))


def _readers_of(plan_id: UUID) -> Iterable[Recipient]:
    return {person.user_id: person for person in people(_readers(_plan(plan_id)))}.values()


def _published_still_due(notification: Notification) -> bool:
    """Not once it is replaced, nor for whom the supplier lets see less by now."""
    plan = _plan(notification.object_id)
    return (
        str(plan.published_id) == notification.period
        and plan.finding.is_under_way
        and still_there(notification, _readers(plan))
    )


def _render_published(notification: Notification) -> Message:
    plan = _plan(notification.object_id)
    context = about(plan.finding) | {
        "action_url": absolute(reverse("plan", args=[plan.finding_id])),
        "action_label": _("Read the plan"),
    }
    return render_mail("plan_published", context)


KINDS = (
    NotificationKind(
        name="plan_shared",
        label=gettext_lazy("A site shared its action plan with you"),
        still_due=_sent_still_due,
        recipients=_party,
        render=lambda notification: _render_sent(notification, "plan_shared"),
        group=MailGroup.PLANS,
        about=leads_to(SharedRevision, "share__plan__finding"),
    ),
    NotificationKind(
        name="newer_revision",
        label=gettext_lazy("A site brought a plan that it shares with you up to date"),
        still_due=_sent_still_due,
        recipients=_party,
        render=lambda notification: _render_sent(notification, "newer_revision"),
        group=MailGroup.PLANS,
        about=leads_to(SharedRevision, "share__plan__finding"),
    ),
    NotificationKind(
        name="reply_received",
        label=gettext_lazy("A party replied to your action plan"),
        still_due=_reply_still_due,
        recipients=_site,
        render=_render_reply,
        group=MailGroup.PLANS,
        about=leads_to(Reply, "sent__share__plan__finding"),
    ),
    NotificationKind(
        name="plan_published",
        label=gettext_lazy("A site you buy from published its action plan"),
        still_due=_published_still_due,
        recipients=_readers_of,
        render=_render_published,
        group=MailGroup.PLANS,
        about=leads_to(ActionPlan, "finding"),
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
