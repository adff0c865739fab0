"""What each reader of a plan can search: worked out of what `annex.render` gives it, and of nothing else."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from actionplans.annex import Audience, Document, RenderedAnnex, render_document
from actionplans.annex.definition import WRITTEN, Template
from actionplans.annex.rendered_rows import RenderedRow
from actionplans.annex.rows import organisations_in
from actionplans.plans.drafts import Draft, draft_of
from actionplans.searching.models import TextKind
from actionplans.sharing.audiences import as_party, as_reader


class Wanted(NamedTuple):
    """A row as it is to be."""

    kind: TextKind
    text: str
    revision_id: UUID | None = None
    reader_id: UUID | None = None


# The plans, versions and shares are such as the models have, or as a migration has them.
def of_draft(draft: Draft) -> Wanted:
    return Wanted(TextKind.DRAFT, said_to(Audience(is_site=True), draft.document))


def of_version(revision: Any) -> Wanted:
    document = Document.from_json(revision.document)
    return Wanted(TextKind.VERSION, said_to(Audience(is_site=True), document), revision.pk)


def of_published(plan: Any) -> Iterator[Wanted]:
    """What everybody reads, and what each organisation does for which something more stands there."""
    if plan.published is None:
        return
    document = Document.from_json(plan.published.document)
    everybodys = said_to(as_reader(plan, None), document)
    yield Wanted(TextKind.PUBLISHED, everybodys, plan.published_id)
    for reader_id in organisations_in(document.template, document.rows):
        text = said_to(as_reader(plan, reader_id), document)
        if text != everybodys:
            yield Wanted(TextKind.PUBLISHED, text, plan.published_id, reader_id)


def of_share(share: Any) -> Iterator[Wanted]:
    """What the party was sent last, with the note that came along."""
    if share.status == "withdrawn":
        return
    sent = share.sent.select_related("revision").order_by("-sent_at").first()
    if sent is not None:
        text = said_to(as_party(sent), Document.from_json(sent.revision.document))
        yield Wanted(TextKind.SHARED, text, sent.revision_id, share.organisation_id)


def of_plan(plan: Any) -> Iterator[Wanted]:
    """All of them."""
    yield of_draft(draft_of(plan))
    yield from map(of_version, plan.revisions.all())
    yield from of_published(plan)
    for share in plan.shares.all():
        yield from of_share(share)


def said_to(audience: Audience, document: Document) -> str:
    """What people wrote, as that audience reads it; neither labels nor what was chosen, which stand in every plan."""
    annex = render_document(document, audience, settings.LANGUAGE_CODE)
    return "\n".join(text for text in _written(annex, document.template) if text)


def _written(annex: RenderedAnnex, template: Template) -> Iterator[str]:
    for row in annex.rows:
        if template.field(row.name).kind in WRITTEN:
            yield row.text
        for group in row.groups:
            yield from _in_rows(group.rows, template)
    yield annex.note


def _in_rows(rows: Iterable[RenderedRow], template: Template) -> Iterator[str]:
    written = {column.name for group in template.groups for column in group.columns if column.kind in WRITTEN}
    for row in rows:
        yield from (cell.text for cell in row.cells.values() if cell.name in written)
        yield from _in_rows(row.below, template)
