"""What a party answers to the newest thing it was sent."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from actionplans.annex import Field, FieldKind, clean_value, template_of
from actionplans.annex.sections import checked_section
from actionplans.plans.services import record_on
from actionplans.sharing import events, policy
from actionplans.sharing.models import PlanShare, Reply, ReplyKind
from actionplans.sharing.order import now_after
from actionplans.sharing.services.withdrawing import lock_share
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify

COMMENT = Field("comment", gettext_lazy("Comment"), FieldKind.TEXT, "", "", max_length=5000)


class NewerVersion(Conflict):
    """The reply was to a version that the site has since replaced."""

    def __init__(self, share: PlanShare) -> None:
        super().__init__(
            _(
                "The site has brought the plan up to date since you opened this page, so your reply was not sent. Read the newer version, then reply to it."
            )
        )
        self.share = share


@transaction.atomic
def reply(
    *, share_id: UUID, actor: Actor, sent_id: UUID, kind: str, comment: str = "", section: str = ""
) -> Reply:
    """Keep the party's answer to one sending; it may change its mind until the site sends a newer one.

    `section` says what the comment is about; without one it is dropped. InvalidInput for a wish for changes
    without a comment; NewerVersion when `sent_id` is not the newest.
    """
    share = lock_share(share_id)
    policy.check_replies(actor, share)
    policy.check_answerable(share)
    sent = share.sent.first()
    if sent is None or sent.pk != sent_id:
        raise NewerVersion(share)
    comment = _checked(kind, comment)
    section = checked_section(template_of(share.plan.template_version), section) if comment else ""
    last = sent.replies.first()
    if last is not None and (last.kind, last.section, last.comment) == (kind, section, comment):
        return last  # sent twice
    _move(share, ReplyKind(kind))
    return _keep(share, actor, Reply(sent=sent, kind=kind, section=section, comment=comment))


def _checked(kind: str, comment: str) -> str:
    if kind not in ReplyKind.values:
        raise InvalidInput(
            _("Choose your reply."), fields={"kind": [_("Choose what you reply to the site.")]}
        )
    comment = clean_value(COMMENT, comment)
    if kind == ReplyKind.CHANGES_REQUESTED and not comment:
        raise InvalidInput(
            _("Say which changes you would like."),
            fields={"comment": [_("Say which changes you would like, so that the site can act on them.")]},
        )
    return comment


def _move(share: PlanShare, kind: ReplyKind) -> None:
    """Run the transition of the reply; a further comment of the same kind moves nothing."""
    if share.status == kind:
        return
    transitions = {
        ReplyKind.ACKNOWLEDGED: share.acknowledge,
        ReplyKind.CONFIRMED: share.confirm,
        ReplyKind.CHANGES_REQUESTED: share.request_changes,
    }
    move = transitions[kind]
    if not can_proceed(move):
        raise Conflict(
            _(
                "Your organisation has answered this version already. You can still confirm it or ask for changes."
            )
        )
    move()
    share.save(update_fields=["status", "updated_at"])


def _keep(share: PlanShare, actor: Actor, kept: Reply) -> Reply:
    before = Reply.objects.filter(sent__share=share).values_list("replied_at", flat=True).first()
    kept.replied_at, kept.replied_by_id = now_after(before), actor.user_id
    kept.save(force_insert=True)
    record_on(
        share.plan,
        events.REPLY_RECEIVED,
        actor,
        party_id=share.organisation_id,
        party=share.organisation.name,
        reply=kept.kind,
    )
    notify(kind="reply_received", object_id=kept.pk)
    return kept
