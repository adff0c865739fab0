"""Taking words out of a plan for good: of one version, or wherever they stand."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from actionplans.annex import Document, document_digest
from actionplans.annex.passages import (
    TOMBSTONE,
    black_out,
    black_out_document,
    black_out_value,
    excerpts,
    excerpts_of_document,
    places,
)
from actionplans.annex.scripts import graphemes
from actionplans.plans import events, hooks, policy
from actionplans.plans.drafts import draft_of
from actionplans.plans.models import ActionPlan, Redaction, Revision
from actionplans.plans.rows import Table
from actionplans.plans.services.rows import lock_plan, write_fields, write_rows
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, check_reason, personal_texts, record, redact
from carportal.core.errors import InvalidInput, NotAllowed

# One letter stands everywhere; a whole paragraph is edited, not redacted.
SHORTEST, LONGEST = 2, 200
# The columns gone through here, as those of `hooks.Texts`.
COLUMNS = frozenset({"draftfield.value", "draftrow.cells", "revision.document", "redaction.reason"})


def find_words(plan: ActionPlan, words: str, *, revision: Revision | None = None) -> list[hooks.Found]:
    """Where the words stand: in this version, or in all texts about the plan that its site reads."""
    revisions = [revision] if revision else plan.revisions.order_by("number")
    found = [_in_revision(each, words) for each in revisions]
    if revision is None:
        found.append(_in_draft(plan, words))
        found += [each for texts in hooks.texts_about_plans for each in texts.find(plan, words)]
        found += _in_record(plan, words)
    return [each for each in found if each.excerpts]


def find_words_published(plan: ActionPlan, words: str) -> list[hooks.Found]:
    """Where they stand in what the operator reads: the published version, without rows that are a party's alone."""
    if plan.published is None:
        return []
    document = Document.from_json(plan.published.document).read_by(None)
    found = hooks.Found(_name_of(plan.published), excerpts_of_document(document.to_json(), words))
    return [found] if found.excerpts else []


def check_redaction(
    *, plan: ActionPlan, actor: Actor, words: str, reason: str, revision: Revision | None
) -> None:
    """NotAllowed and InvalidInput as `redact_words`, nothing written."""
    policy.check_redacts(actor, plan.finding)
    _check_entered(words, reason)
    if actor.is_operator:
        if revision is not None and revision.pk != plan.published_id:
            raise NotAllowed(_("Of a plan you read the published version alone."))
        # Whether words stand in what it may not read, the operator does not learn by trying.
        seen = find_words_published(plan, words)
    else:
        seen = find_words(plan, words, revision=revision)
    if not seen:
        sentence = _("These words do not stand there. Copy them from the text, letter by letter.")
        raise InvalidInput(sentence, fields={"words": [sentence]})


@transaction.atomic
def redact_words(
    *, plan_id: UUID, actor: Actor, words: str, reason: str, revision_id: UUID | None = None
) -> None:
    """Put a mark in place of the words: in one version, or wherever they stand in texts about the plan.

    InvalidInput names what is wrong by field: words that cannot be removed or stand nowhere, a reason that
    is missing or says the words again.
    """
    words, reason = words.strip(), reason.strip()
    plan = lock_plan(plan_id)
    revision = plan.revisions.filter(pk=revision_id).first() if revision_id else None
    if revision_id and revision is None:
        raise InvalidInput(_("The plan has no such version."))
    check_redaction(plan=plan, actor=actor, words=words, reason=reason, revision=revision)
    revisions = [revision] if revision else list(plan.revisions.order_by("number"))
    redacted = {each.pk: _redact_revision(each, words, reason, actor) for each in revisions}
    if revision is None:
        _redact_draft(plan, words, actor)
        _redact_reasons(plan, words)
        for texts in hooks.texts_about_plans:
            texts.black_out(plan, words)
        _redact_record(plan, words, reason, actor)
    for forget in hooks.after_redaction:
        forget(plan)
    record(
        aggregate=Aggregate.PLAN,
        aggregate_id=plan.pk,
        kind=events.WORDS_REDACTED.name,
        actor=actor,
        data={"redacted": [f"{pk} {sha256}" for pk, sha256 in redacted.items() if sha256]},
        redactable={"reason": reason},
    )


def _check_entered(words: str, reason: str) -> None:
    check_reason(reason)
    length = len(list(graphemes(words)))
    sentence = ""
    if not SHORTEST <= length <= LONGEST:
        sentence = _("Enter the exact words, from %(shortest)s to %(longest)s letters.") % {
            "shortest": SHORTEST,
            "longest": LONGEST,
        }
    elif TOMBSTONE[0] in words or not any(letter.isalnum() for letter in words):
        sentence = _("Enter words as they stand in the text.")
    if sentence:
        raise InvalidInput(sentence, fields={"words": [sentence]})
    if any(places(reason, words)):
        sentence = _("The reason is kept: do not say the words again in it.")
        raise InvalidInput(sentence, fields={"reason": [sentence]})


def _in_revision(revision: Revision, words: str) -> hooks.Found:
    return hooks.Found(_name_of(revision), excerpts_of_document(revision.document, words))


def _name_of(revision: Revision) -> str:
    return _("Version %(number)s") % {"number": revision.number}


def _in_draft(plan: ActionPlan, words: str) -> hooks.Found:
    return hooks.Found(_("The draft"), excerpts_of_document(draft_of(plan).document.to_json(), words))


def _in_record(plan: ActionPlan, words: str) -> list[hooks.Found]:
    """The names of files, and the reasons of earlier redactions."""
    return [
        hooks.Found(
            _("Entry %(number)s of the record, which then names nobody") % {"number": sequence},
            [each for text in texts for each in excerpts(text, words)],
        )
        for sequence, texts in personal_texts(Aggregate.PLAN, plan.pk).items()
    ]


def _redact_revision(revision: Revision, words: str, reason: str, actor: Actor) -> str:
    """The digest of what is left; empty where the words do not stand in it."""
    document = black_out_document(revision.document, words)
    if document == revision.document:
        return ""
    sha256 = document_digest(document)
    # First the row that says so: without it the database lets nobody touch the revision.
    Redaction.objects.create(revision=revision, sha256=sha256, reason=reason, redacted_by_id=actor.user_id)
    Revision.objects.filter(pk=revision.pk).update(document=document, redacted_sha256=sha256)
    return sha256


def _redact_draft(plan: ActionPlan, words: str, actor: Actor) -> None:
    """In the draft the mark is text as any other, to be written over."""
    draft = draft_of(plan)
    definitions = draft.definitions
    changed = {
        name: left
        for name, text in draft.texts.items()
        if (left := black_out_value(definitions[name], text, words)) != text
    }
    fields = {name: text for name, text in changed.items() if name in draft.template.field_names}
    if fields:
        write_fields(plan, fields, by=actor.user_id)
    if len(fields) < len(changed):
        table = Table(draft.template, draft.groups)
        table.write(changed)
        write_rows(plan, draft.groups, table.rows, by=actor.user_id)


def _redact_reasons(plan: ActionPlan, words: str) -> None:
    """Of earlier redactions."""
    for redaction in Redaction.objects.filter(revision__plan=plan):
        if any(places(redaction.reason, words)):
            Redaction.objects.filter(pk=redaction.pk).update(reason=black_out(redaction.reason, words))


def _redact_record(plan: ActionPlan, words: str, reason: str, actor: Actor) -> None:
    """An entry is chained by the digest of all that it says of people, so all of that goes."""
    for sequence, texts in personal_texts(Aggregate.PLAN, plan.pk).items():
        if any(any(places(text, words)) for text in texts):
            redact(
                aggregate=Aggregate.PLAN,
                aggregate_id=plan.pk,
                sequence=sequence,
                actor=actor,
                reason=reason,
                kind=events.ENTRY_REDACTED,
            )
