"""Words that must go, in the notes that a plan was shared with and in what its parties replied."""

from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts, places
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import Reply, SharedRevision
from carportal.core.forgetting import forget_content


def find(plan: ActionPlan, words: str) -> list[Found]:
    notes, replies = _sendings(plan), _replies(plan)
    return [
        *(
            Found(
                _("Note to %(party)s") % {"party": sent.share.organisation.name}, excerpts(sent.note, words)
            )
            for sent in notes
        ),
        *(
            Found(
                _("Reply of %(party)s") % {"party": reply.sent.share.organisation.name},
                excerpts(reply.comment, words),
            )
            for reply in replies
        ),
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each text that holds the words, and the kept copies of mails that quoted it."""
    notes = [sent for sent in _sendings(plan) if any(places(sent.note, words))]
    replies = [reply for reply in _replies(plan) if any(places(reply.comment, words))]
    for sent in notes:
        SharedRevision.objects.filter(pk=sent.pk).update(note=black_out(sent.note, words))
    for reply in replies:
        Reply.objects.filter(pk=reply.pk).update(comment=black_out(reply.comment, words))
    # Of these alone: a mail about what another party was sent is left alone, also while it is being sent.
    told_of = {each.pk for each in [*notes, *replies]}
    forget_content(object_ids=told_of, holds=lambda text: any(places(text, words)))


def _sendings(plan: ActionPlan) -> list[SharedRevision]:
    of_plan = SharedRevision.objects.filter(share__plan=plan).select_related("share__organisation")
    return list(of_plan.order_by("sent_at"))


def _replies(plan: ActionPlan) -> list[Reply]:
    of_plan = Reply.objects.filter(sent__share__plan=plan).select_related("sent__share__organisation")
    return list(of_plan.order_by("replied_at"))


NOTES_AND_REPLIES = Texts(
    find=find,
    black_out=black_out_texts,
    columns=frozenset({"sharedrevision.note", "reply.comment"}),
)
