"""The mails about comments: to whom one is meant, and to the others of both sides; neither has its text."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.guests.mails import is_guest, way_to, with_guests
from actionplans.plans.mails import about, people, still_there
from actionplans.sharing.models import ShareStatus
from actionplans.threads.models import Comment
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
from stakeholders.models import Membership


def _comment(comment_id: UUID) -> Comment:
    return Comment.objects.select_related(
        "sent__share__plan__finding__site__supplier", "sent__share__organisation", "organisation"
    ).get(pk=comment_id)


def _mentioned(comment: Comment) -> QuerySet[Membership]:
    """Also those who only read."""
    return _members_of_both(comment).filter(user__in=comment.mentions.values("person"))


def _others(comment: Comment) -> QuerySet[Membership]:
    """Those who write for either side; who wrote it knows, and who is mentioned has a mail of their own."""
    writers = _members_of_both(comment).filter(role__in=WRITING_ROLES)
    return writers.exclude(user=comment.written_by_id).exclude(user__in=comment.mentions.values("person"))


def _members_of_both(comment: Comment) -> QuerySet[Membership]:
    share = comment.share
    sides = [share.organisation_id, share.plan.finding.site.supplier_id]
    return Membership.objects.filter(organisation__in=sides)


def _each_once(members: QuerySet[Membership]) -> Iterable[Recipient]:
    """Whoever belongs to both sides, too."""
    return {person.user_id: person for person in people(members)}.values()


def _others_and_guests(comment_id: UUID) -> Iterable[Recipient]:
    """Guests read what the two sides say, and write nothing themselves."""
    comment = _comment(comment_id)
    return with_guests(comment.share, _each_once(_others(comment)))


def _still_due(notification: Notification, members: QuerySet[Membership], comment: Comment) -> bool:
    """Not of a thread that has ended with its share; that the CAR has ended since takes nothing from what was said."""
    return comment.share.status != ShareStatus.WITHDRAWN and still_there(notification, members)


def _mention_still_due(notification: Notification) -> bool:
    comment = _comment(notification.object_id)
    return _still_due(notification, _mentioned(comment), comment)


def _written_still_due(notification: Notification) -> bool:
    comment = _comment(notification.object_id)
    return _still_due(notification, _others(comment), comment) or is_guest(notification, comment.share)


def _render(notification: Notification, template: str) -> Message:
    comment = _comment(notification.object_id)
    share = comment.share
    context = about(share.plan.finding) | {
        "who": comment.organisation.name,
        "is_answer": comment.answer_to_id is not None,
        "action_url": way_to(
            share,
            f"{reverse('share', args=[share.pk])}?comments=all#comment-{comment.pk}",
            notification,
            is_member=still_there(notification, _members_of_both(comment)),
        ),
        "action_label": _("Read the comment"),
    }
    return render_mail(template, context)


KINDS = (
    NotificationKind(
        name="comment_mention",
        label=gettext_lazy("A comment on a shared plan mentions you"),
        still_due=_mention_still_due,
        recipients=lambda comment_id: _each_once(_mentioned(_comment(comment_id))),
        render=lambda notification: _render(notification, "comment_mention"),
        group=MailGroup.COMMENTS,
        about=leads_to(Comment, "sent__share__plan__finding"),
    ),
    NotificationKind(
        name="comment_written",
        label=gettext_lazy("Somebody commented on a shared plan"),
        still_due=_written_still_due,
        recipients=_others_and_guests,
        render=lambda notification: _render(notification, "comment_written"),
        group=MailGroup.COMMENTS,
        about=leads_to(Comment, "sent__share__plan__finding"),
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
