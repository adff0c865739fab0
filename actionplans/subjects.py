"""What files can be evidence of beside the plan as a whole: its actions, updates and parties' reports, and who gets those."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from actionplans.annex import CURRENT, readable
from actionplans.annex.rows import readers_of_rows
from actionplans.models import ActionPlan, DraftRow, DutyReport, PlanShare, RowReader, SharedUpdate, Update
from actionplans.plans.drafts import draft_of

GROUPS = [group.name for group in CURRENT.groups if group.have_files]
NOBODYS = Q(pk__in=())


class Actions:
    """Rows of the plan: an organisation gets those of the version that it was sent last, or that is published.

    Whether a row is in what it reads of a version was worked out when that was frozen (`RowReader`).
    """

    def exists(self, plan: ActionPlan, subject_id: UUID) -> bool:
        return DraftRow.objects.filter(plan=plan, row_id=subject_id, group__in=GROUPS).exists()

    def parties(self, plan: ActionPlan, subject_id: UUID) -> Collection[UUID]:
        """By the draft: the action may be one that nobody was sent yet."""
        document = draft_of(plan).document
        readers = {
            reader_id
            for row_id, reader_id in readers_of_rows(document.template, document.rows)
            if row_id == subject_id
        }
        shares = PlanShare.objects.live().filter(plan=plan)
        if None not in readers:
            shares = shares.filter(organisation__in=readers)
        return list(shares.values_list("organisation_id", flat=True))

    def read_as(self, _plan: ActionPlan, _subject_id: UUID) -> Collection[UUID | None]:
        return [None]

    def shared_with(self, organisation_id: UUID) -> Q:
        newest = PlanShare.objects.live().filter(organisation=organisation_id).values("revision")
        rows = _rows_read_by(organisation_id).filter(revision__plan=OuterRef("plan"), revision__in=newest)
        return Q(Exists(rows))

    def published_to(self, organisation_id: UUID | None) -> Q:
        rows = _rows_read_by(organisation_id).filter(revision=OuterRef("plan__published"))
        return Q(Exists(rows))


def _rows_read_by(organisation_id: UUID | None) -> QuerySet[RowReader]:
    rows = RowReader.objects.filter(row_id=OuterRef("subject_id"))
    return rows.filter(Q(reader_id=None) | Q(reader_id=organisation_id))


class Updates:
    """What the site posted goes to the parties it was sent to, with nobody reading it by a publication."""

    def exists(self, plan: ActionPlan, subject_id: UUID) -> bool:
        return Update.objects.filter(plan=plan, pk=subject_id).exists()

    def parties(self, plan: ActionPlan, subject_id: UUID) -> Collection[UUID]:
        sent = _sent().filter(update=subject_id, update__plan=plan)
        return list(sent.values_list("share__organisation_id", flat=True))

    def read_as(self, plan: ActionPlan, subject_id: UUID) -> Collection[UUID | None]:
        return self.parties(plan, subject_id)

    def shared_with(self, organisation_id: UUID) -> Q:
        sent = _sent().filter(update=OuterRef("subject_id"), share__organisation=organisation_id)
        return Q(Exists(sent))

    def published_to(self, _organisation_id: UUID | None) -> Q:
        return NOBODYS


class Reports:
    """What a party reported on its action is for that party and the site; its files come with it, none later."""

    def exists(self, _plan: ActionPlan, _subject_id: UUID) -> bool:
        return False

    def parties(self, plan: ActionPlan, subject_id: UUID) -> Collection[UUID]:
        reports = DutyReport.objects.filter(pk=subject_id, duty__share__plan=plan)
        return list(reports.values_list("duty__share__organisation_id", flat=True))

    def read_as(self, plan: ActionPlan, subject_id: UUID) -> Collection[UUID | None]:
        return self.parties(plan, subject_id)

    def shared_with(self, organisation_id: UUID) -> Q:
        lasting = PlanShare.objects.live().filter(organisation=organisation_id)
        reports = DutyReport.objects.filter(pk=OuterRef("subject_id"), duty__share__in=lasting)
        return Q(Exists(reports))

    def published_to(self, _organisation_id: UUID | None) -> Q:
        return NOBODYS


def action_words(plan: ActionPlan, subject_id: UUID) -> str | None:
    """What is to be done, as the draft has it; None for what is no action of it."""
    row = DraftRow.objects.filter(plan=plan, row_id=subject_id, group__in=GROUPS).first()
    if row is None:
        return None
    words = " ".join(readable(row.cells.get("what", "")).split())
    return Truncator(words).chars(200) or _("An action that is not written yet")


def update_words(plan: ActionPlan, subject_id: UUID) -> str | None:
    """When it was posted; None for what is no update of the plan."""
    update = Update.objects.filter(plan=plan, pk=subject_id).first()
    if update is None:
        return None
    return _("Update of %(day)s") % {"day": date_format(localtime(update.posted_at), "j F Y")}


def _sent() -> QuerySet[SharedUpdate]:
    return SharedUpdate.objects.filter(share__in=PlanShare.objects.live())
