"""The mails about how often updates come: what was proposed, the answer, and that an agreement was ended."""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.plans.mails import about, absolute, car_beside, people, still_there, writers
from actionplans.sharing.models import PlanShare, Side
from actionplans.updates.models import ProposalStatus, UpdateAgreement, UpdateProposal
from actionplans.updates.policy import goes_on
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, leads_to, render_mail
from stakeholders.models import Membership

OF_SHARE = (
    "share__plan__finding__site__supplier",
    "share__organisation",
)


# --- To the other side: a proposal; to the one that made it: the answer --------------------------------------


def _proposal(proposal_id: UUID) -> UpdateProposal:
    return UpdateProposal.objects.select_related(*OF_SHARE).get(pk=proposal_id)


def _writers_of(side: Side, share: PlanShare) -> QuerySet[Membership]:
    return writers(share.plan.finding.site.supplier_id if side == Side.SITE else share.organisation_id)


def _asked(proposal: UpdateProposal) -> QuerySet[Membership]:
    return _writers_of(Side.PARTY if proposal.by_side == Side.SITE else Side.SITE, proposal.share)


def _asking(proposal: UpdateProposal) -> QuerySet[Membership]:
    return _writers_of(Side(proposal.by_side), proposal.share)


def _proposed_still_due(notification: Notification) -> bool:
    proposal = _proposal(notification.object_id)
    return proposal.is_open and goes_on(proposal.share) and still_there(notification, _asked(proposal))


def _answered_still_due(notification: Notification) -> bool:
    """Not of an agreement that has been ended since: that is news of its own."""
    proposal = _proposal(notification.object_id)
    ended = UpdateAgreement.objects.filter(share=proposal.share, ended_at__gte=proposal.answered_at)
    if proposal.status == ProposalStatus.ACCEPTED and ended.exists():
        return False
    return goes_on(proposal.share) and still_there(notification, _asking(proposal))


def _names(share: PlanShare) -> dict[Side, str]:
    return {Side.SITE: share.plan.finding.site.name, Side.PARTY: share.organisation.name}


def _render_proposal(notification: Notification, template: str, *, by: Side) -> Message:
    """`by` is whose news it is: who proposed, or who answered."""
    proposal = _proposal(notification.object_id)
    share = proposal.share
    who = _names(share)[by]
    context = about(share.plan.finding) | {
        "who": who,
        "car": car_beside(who, share.plan.finding),
        "proposal": proposal,
        "is_accepted": proposal.status == ProposalStatus.ACCEPTED,
        "to_party": by == Side.SITE,
        "action_url": absolute(f"{reverse('share', args=[share.pk])}#updates"),
        "action_label": _("See what is agreed"),
    }
    return render_mail(template, context)


def _render_proposed(notification: Notification) -> Message:
    by = Side(_proposal(notification.object_id).by_side)
    return _render_proposal(notification, "updates_proposed", by=by)


def _render_answered(notification: Notification) -> Message:
    asked = Side(_proposal(notification.object_id).by_side)
    answered = Side.PARTY if asked == Side.SITE else Side.SITE
    return _render_proposal(notification, "updates_answered", by=answered)


# --- To the other side: what was agreed has been ended ------------------------------------------------------


def _agreement(agreement_id: UUID) -> UpdateAgreement:
    return UpdateAgreement.objects.select_related(*OF_SHARE).get(pk=agreement_id)


def _other_side(agreement: UpdateAgreement) -> QuerySet[Membership]:
    return _writers_of(Side.PARTY if agreement.ended_by == Side.SITE else Side.SITE, agreement.share)


def _ended_still_due(notification: Notification) -> bool:
    """Not once the two sides have agreed anew."""
    agreement = _agreement(notification.object_id)
    return (
        agreement.ended_at is not None
        and agreement.ended_at.isoformat() == notification.period
        and goes_on(agreement.share)
        and still_there(notification, _other_side(agreement))
    )


def _render_ended(notification: Notification) -> Message:
    agreement = _agreement(notification.object_id)
    share = agreement.share
    who = _names(share)[Side(agreement.ended_by)]
    context = about(share.plan.finding) | {
        "who": who,
        "car": car_beside(who, share.plan.finding),
        "agreement": agreement,
        "action_url": absolute(f"{reverse('share', args=[share.pk])}#updates"),
        "action_label": _("See the updates"),
    }
    return render_mail("updates_ended", context)


KINDS = (
    NotificationKind(
        name="updates_proposed",
        label=gettext_lazy("The other side proposed how often updates come"),
        still_due=_proposed_still_due,
        recipients=lambda proposal_id: people(_asked(_proposal(proposal_id))),
        render=_render_proposed,
        group=MailGroup.PLANS,
        about=leads_to(UpdateProposal, "share__plan__finding"),
    ),
    NotificationKind(
        name="updates_answered",
        label=gettext_lazy("The other side answered your proposal for updates"),
        still_due=_answered_still_due,
        recipients=lambda proposal_id: people(_asking(_proposal(proposal_id))),
        render=_render_answered,
        group=MailGroup.PLANS,
        about=leads_to(UpdateProposal, "share__plan__finding"),
    ),
    NotificationKind(
        name="updates_ended",
        label=gettext_lazy("The other side ended the agreement on updates"),
        still_due=_ended_still_due,
        recipients=lambda agreement_id: people(_other_side(_agreement(agreement_id))),
        render=_render_ended,
        group=MailGroup.PLANS,
        about=leads_to(UpdateAgreement, "share__plan__finding"),
    ),
)
