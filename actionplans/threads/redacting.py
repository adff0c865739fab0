"""Words that must go, in the threads with each party and in private notes."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts, places
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan
from actionplans.threads.models import Comment, PrivateNote


def find(plan: ActionPlan, words: str) -> list[Found]:
    """For the site: not in the notes that a party keeps, of which nobody else is to learn."""
    own = PrivateNote.objects.filter(plan=plan, organisation=plan.finding.site.supplier_id)
    return [
        *(
            Found(
                _("Comment in the thread with %(party)s") % {"party": comment.share.organisation.name},
                excerpts(comment.text, words),
            )
            for comment in _comments(plan)
        ),
        *(
            Found(
                _("Private note of %(day)s") % {"day": date_format(localtime(note.written_at), "j F Y")},
                excerpts(note.text, words),
            )
            for note in own.order_by("written_at")
        ),
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each that holds the words, the notes of every party among them; no mail quotes one."""
    for comment in _comments(plan):
        if any(places(comment.text, words)):
            Comment.objects.filter(pk=comment.pk).update(text=black_out(comment.text, words))
    for note in plan.private_notes.all():
        if any(places(note.text, words)):
            PrivateNote.objects.filter(pk=note.pk).update(text=black_out(note.text, words))


def _comments(plan: ActionPlan) -> list[Comment]:
    of_plan = Comment.objects.filter(sent__share__plan=plan).select_related("sent__share__organisation")
    return list(of_plan.order_by("written_at"))


COMMENTS_AND_NOTES = Texts(
    find=find,
    black_out=black_out_texts,
    columns=frozenset({"comment.text", "privatenote.text"}),
)
