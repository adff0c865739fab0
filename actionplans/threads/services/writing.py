"""Saying something in a thread, and changing it while nobody can have acted on it."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value, template_of
from actionplans.annex.sections import checked_section
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.disclosure import named_in, parties_known_to
from actionplans.sharing.models import PlanShare
from actionplans.sharing.order import now_after
from actionplans.sharing.services import lock_share
from actionplans.threads import events, policy
from actionplans.threads.models import Comment, Mention
from actionplans.threads.people import mentionable
from actionplans.threads.services.rows import lock_comment, record_comment
from actionplans.threads.services.settling import save_status
from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput
from carportal.core.notifications import notify
from stakeholders.models import Organisation

TEXT = Field("text", gettext_lazy("Comment"), FieldKind.TEXT, "", "", max_length=5000)


@transaction.atomic
def write_comment(
    *,
    share_id: UUID,
    actor: Actor,
    text: str,
    section: str = "",
    answer_to: UUID | None = None,
    mentions: Collection[UUID] = (),
    confirmed_names: Collection[UUID] = (),
) -> Comment:
    """Say something about a section, or the plan as a whole, or in answer to a comment, which is then open again.

    `mentions` are people. InvalidInput by field for what cannot be said so; NamesDisclosed where the site names
    other parties to this one and has not confirmed it. The same once more is the comment that is there.
    """
    share = lock_share(share_id)
    author = policy.check_writes(actor, share)
    policy.check_goes_on(share)
    answered = _answered(share, answer_to) if answer_to else None
    template = template_of(share.plan.template_version)
    section = answered.section if answered else checked_section(template, section)
    text = _checked_text(text)
    last = Comment.objects.on(share).first()
    if last is not None and _is_same(last, author, text, section, answer_to):
        return last  # sent twice
    _check_mentions(share, actor, mentions)
    _check_names(share, actor, text, confirmed_names)
    if answered is not None and answered.is_resolved:
        answered.reopen()
        save_status(answered, actor)
    comment = Comment(
        sent=share.sent.latest("sent_at"),
        section=section,
        answer_to=answered,
        text=text,
        organisation_id=author.organisation_id,
        written_at=now_after(last.written_at if last else None),
        written_by_id=author.person_id,
    )
    comment.sent.share = share
    comment.save(force_insert=True)
    Mention.objects.bulk_create(Mention(comment=comment, person_id=each) for each in set(mentions))
    record_comment(comment, events.COMMENT_WRITTEN, actor)
    notify(kind="comment_mention", object_id=comment.pk)
    notify(kind="comment_written", object_id=comment.pk)
    return comment


@transaction.atomic
def edit_comment(
    *, comment_id: UUID, actor: Actor, text: str, confirmed_names: Collection[UUID] = ()
) -> Comment:
    """Change what one wrote a moment ago; nobody is told again.

    Conflict once 10 minutes have passed, else as `write_comment`.
    """
    comment = lock_comment(comment_id)
    policy.check_edits(actor, comment, timezone.now())
    text = _checked_text(text)
    if text == comment.text:
        return comment
    _check_names(comment.share, actor, text, confirmed_names)
    comment.text, comment.edited_at = text, now_after(comment.edited_at or comment.written_at)
    comment.save(update_fields=["text", "edited_at"])
    record_comment(comment, events.COMMENT_EDITED, actor)
    return comment


def names_disclosed(text: str, share: PlanShare, actor: Actor) -> list[Organisation]:
    """The other parties that the site's words would name to this one; a party itself may name whom it likes."""
    if not policy.is_site(actor, share):
        return []
    named = named_in(text, parties_known_to(share.plan))
    return [each for each in named if each.pk != share.organisation_id]


def _answered(share: PlanShare, comment_id: UUID) -> Comment:
    begun = Comment.objects.on(share).begun().select_for_update(no_key=True, of=("self",))
    answered = begun.select_related("sent").filter(pk=comment_id).first()
    if answered is None:
        raise InvalidInput(_("The comment that you answer is not in this thread."))
    answered.sent.share = share
    return answered


def _checked_text(text: str) -> str:
    text = clean_value(TEXT, text)
    if not text:
        sentence = _("Write your comment.")
        raise InvalidInput(sentence, fields={"text": [sentence]})
    return text


def _is_same(last: Comment, author: policy.Author, text: str, section: str, answer_to: UUID | None) -> bool:
    was = (last.written_by_id, last.organisation_id, last.text, last.section, last.answer_to_id)
    return was == (*author, text, section, answer_to)


def _check_mentions(share: PlanShare, actor: Actor, mentions: Collection[UUID]) -> None:
    if not mentions:
        return
    known = {each.user_id for each in mentionable(actor.organisation_id, share, by=actor.user_id)}
    if not known.issuperset(mentions):
        sentence = _("One of those you chose has no part in this thread any more. Choose again.")
        raise InvalidInput(sentence, fields={"mention": [sentence]})


def _check_names(share: PlanShare, actor: Actor, text: str, confirmed: Collection[UUID]) -> None:
    left = [each for each in names_disclosed(text, share, actor) if each.pk not in confirmed]
    if left:
        raise NamesDisclosed({share.organisation_id: left})
