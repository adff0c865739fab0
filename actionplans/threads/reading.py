"""A thread as its two sides read it, section by section, and for the site what is open across its threads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Prefetch, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise

from actionplans.annex import template_of
from actionplans.annex.sections import section_choices
from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import PlanShare
from actionplans.threads import policy
from actionplans.threads.models import Comment, Mention, PrivateNote
from actionplans.threads.people import known_ids
from actionplans.threads.querysets import CommentQuerySet
from carportal.core.actor import Actor

LATEST = 20  # comments that a page shows at first, by what was last said to them; and answers to each


@dataclass(slots=True)
class Shown:
    """A comment or an answer, with what this reader gets of it and may do with it."""

    comment: Comment
    about_earlier_version: bool
    mentioned: list[str]
    may_edit: bool
    answers: list["Shown"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class About:
    """A section of which something was said; `name` is empty for the plan as a whole."""

    name: str
    label: str | Promise
    comments: list[Shown]

    @property
    def anchor(self) -> str:
        return _anchor("comments", self.name)


@dataclass(frozen=True, slots=True)
class OpenAt:
    """How many comments are open on a section, and where they stand."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Thread:
    """`open_at` maps a section's name to what is open there; `is_folded` where earlier ones are left out."""

    sections: list[About]
    open_at: Mapping[str, OpenAt]
    is_folded: bool
    shows_all: bool
    may_write: bool

    @property
    def open_count(self) -> int:
        return sum(each.count for each in self.open_at.values())


@dataclass(frozen=True, slots=True)
class OpenComments:
    """What is open of a plan across its shares, for the site alone."""

    sections: list[tuple[str | Promise, str, list[Comment]]]  # label, anchor, comments
    open_at: Mapping[str, OpenAt]
    is_folded: bool


def thread_on(share: PlanShare, actor: Actor, *, at: datetime, shows_all: bool = False) -> Thread:
    """In a number of queries that does not grow with what was said."""
    begun = _by_what_was_last_said(Comment.objects.on(share).begun())
    roots = list(begun if shows_all else begun[: LATEST + 1])
    folded = not shows_all and len(roots) > LATEST
    roots = sorted(roots[:LATEST] if folded else roots, key=lambda each: each.written_at)
    answers = _with_people(Comment.objects.filter(answer_to__in=roots)).order_by("written_at")
    below: dict[UUID | None, list[Comment]] = defaultdict(list)
    for answer in answers:
        below[answer.answer_to_id].append(answer)
    everything = [*roots, *answers]
    reader = _Reader(share, actor, at, everything)
    kept = {root.pk: below[root.pk] if shows_all else below[root.pk][-LATEST:] for root in roots}
    shown = [reader.shown(root, kept[root.pk]) for root in roots]
    is_folded = folded or any(len(kept[root.pk]) < len(below[root.pk]) for root in roots)
    counts = _open_counts(Comment.objects.on(share)) if folded else _counted(roots)
    way = "?comments=all" if folded else ""
    return Thread(
        sections=_by_section(shown, share.plan),
        open_at={name: OpenAt(count, f"{way}#{_anchor('comments', name)}") for name, count in counts.items()},
        is_folded=is_folded,
        shows_all=shows_all,
        may_write=policy.may_write_now(actor, share),
    )


def open_comments_about(plan: ActionPlan, *, shows_all: bool = False) -> OpenComments:
    """By section, the latest first within each; the caller has seen that the reader acts for the site."""
    found = _by_what_was_last_said(Comment.objects.open_about(plan))
    found = found.select_related("written_by", "organisation", "sent__share__organisation")
    found = found.annotate(answers_count=Count("answers", distinct=True))
    comments = list(found if shows_all else found[: LATEST + 1])
    folded = not shows_all and len(comments) > LATEST
    comments = comments[:LATEST] if folded else comments
    counts = _open_counts(Comment.objects.open_about(plan)) if folded else _counted(comments)
    by_name: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        by_name[comment.section].append(comment)
    return OpenComments(
        sections=[
            (label, _anchor("open", name), by_name[name])
            for name, label in section_choices(template_of(plan.template_version))
            if name in by_name
        ],
        open_at={
            name: OpenAt(count, f"{'?comments=all' if folded else ''}#{_anchor('open', name)}")
            for name, count in counts.items()
        },
        is_folded=folded,
    )


def notes_about(plan: ActionPlan, actor: Actor) -> list[PrivateNote]:
    """Of the reader's own organisation."""
    notes = PrivateNote.objects.visible_to(actor).filter(plan=plan)
    return list(notes.select_related("written_by"))


class _Reader:
    """What depends on who reads: names, and what may be done."""

    def __init__(self, share: PlanShare, actor: Actor, at: datetime, comments: Iterable[Comment]) -> None:
        self.share, self.actor, self.at = share, actor, at
        self.newest = share.sent.latest("sent_at") if comments else None
        mentions = any(comment.mentions.all() for comment in comments)
        self.known = known_ids(actor.organisation_id, share) if mentions else set()

    def shown(self, comment: Comment, answers: Iterable[Comment] = ()) -> Shown:
        comment.sent.share = self.share
        return Shown(
            comment,
            about_earlier_version=comment.sent != self.newest,
            mentioned=sorted(
                str(mention.person) for mention in comment.mentions.all() if mention.person_id in self.known
            ),
            may_edit=policy.may_edit_now(self.actor, comment, self.at),
            answers=[self.shown(answer) for answer in answers],
        )


def _by_what_was_last_said(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    last = Greatest("written_at", Coalesce(Max("answers__written_at"), "written_at"))
    return _with_people(comments).annotate(last_said_at=last).order_by("-last_said_at")


def _with_people(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    with_authors = comments.select_related("sent", "organisation", "written_by", "resolved_by")
    mentions = Mention.objects.select_related("person")
    return with_authors.prefetch_related(Prefetch("mentions", queryset=mentions))


def _open_counts(comments: CommentQuerySet) -> dict[str, int]:
    rows = comments.open().order_by().values_list("section")
    return dict(rows.annotate(count=Count("pk")))


def _counted(comments: Iterable[Comment]) -> dict[str, int]:
    return Counter(comment.section for comment in comments if not comment.is_resolved)


def _by_section(shown: Iterable[Shown], plan: ActionPlan) -> list[About]:
    by_name: dict[str, list[Shown]] = defaultdict(list)
    for each in shown:
        by_name[each.comment.section].append(each)
    sections = section_choices(template_of(plan.template_version))
    return [About(name, label, by_name[name]) for name, label in sections if name in by_name]


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-{name or 'plan'}"
