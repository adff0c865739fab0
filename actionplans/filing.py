"""The files of a plan as a page shows them: all in one list, each at the action or update that it is about."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from actionplans.annex import RenderedAnnex
from actionplans.evidence import policy
from actionplans.evidence.models import Subject
from actionplans.evidence.querysets import EvidenceQuerySet
from actionplans.history import carried_on_from
from actionplans.models import ActionPlan, DutyReport, EvidenceFile, SubjectKind, Update
from carportal.core.actor import Actor


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file with what its reader may do to it; `about` is empty where it is about the plan as a whole."""

    file: EvidenceFile
    about: str
    may_show: bool
    may_redact: bool


LATEST = 10  # files that a list begins with; a plan gathers them for years


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reader has of a plan's files, the newest first, and of those of the plans it was carried on from.

    `add_url` leads to where a file is added, for who may; `lists_all` is for who asked for the whole list.
    """

    rows: list[ListedFile]
    earlier: list[ListedFile]
    is_scanned: bool
    add_url: str = ""
    lists_all: bool = True
    _by_subject: dict[Subject, list[ListedFile]] = field(
        init=False, default_factory=lambda: defaultdict(list)
    )

    def __post_init__(self) -> None:
        for row in [*self.rows, *self.earlier]:
            if not row.file.is_redacted:
                self._by_subject[row.file.subject].append(row)

    @property
    def listed(self) -> list[ListedFile]:
        return self.rows if self.lists_all else self.rows[:LATEST]

    @property
    def has_more(self) -> bool:
        return len(self.listed) < len(self.rows)

    def of(self, subject: Subject) -> list[ListedFile]:
        """Those about one action or update; an action that was carried on has the earlier plan's too."""
        return self._by_subject.get(subject, [])


def evidence_of(
    plan: ActionPlan,
    files: EvidenceQuerySet,
    actor: Actor,
    annex: RenderedAnnex,
    *,
    add_url: str = "",
    lists_all: bool = True,
) -> Evidence:
    """For the templates in `actionplans/evidence`; `files` are the reader's, and `annex` what it reads of the plan.

    The plan's `finding` and its site are loaded; the number of queries does not depend on that of the files.
    """
    plans = {each.pk: each for each in (plan, *carried_on_from(plan))}
    found = list(files.filter(plan__in=plans).select_related("party", "uploaded_by"))
    words = _Words(plan, annex, found)
    own, earlier = list[ListedFile](), list[ListedFile]()
    for file in found:
        file.plan = plans[file.plan_id]
        if file.plan_id == plan.pk:
            may = policy.may_show(actor, file), policy.may_redact(actor, file)
            own.append(ListedFile(file, words.about(file), *may))
        else:
            earlier.append(ListedFile(file, words.about(file), may_show=False, may_redact=False))
    return Evidence(own, earlier, bool(settings.CLAMD_URL), add_url, lists_all)


class _Words:
    """What files are about, in the words that their reader has of it."""

    def __init__(self, plan: ActionPlan, annex: RenderedAnnex, files: Iterable[EvidenceFile]) -> None:
        self.plan = plan
        subjects = {file.subject_id for file in files if file.subject_id is not None}
        self.actions = {
            row.id: group.label_of(row)
            for section in annex.rows
            for group in section.groups
            for row in group.rows
            if row.id in subjects
        }
        self.posted = _posted_at(subjects)
        self.reported = _reported_at(
            {file.subject_id for file in files if file.subject_id and file.subject_kind == SubjectKind.REPORT}
        )

    def about(self, file: EvidenceFile) -> str:
        kind, subject_id = file.subject
        if subject_id is None:
            return ""
        if kind == SubjectKind.UPDATE:
            day = date_format(localtime(self.posted[subject_id]), "j F Y")
            return _("Update of %(day)s") % {"day": day}
        if kind == SubjectKind.REPORT:
            day = date_format(localtime(self.reported[subject_id]), "j F Y")
            return _("Report of %(day)s") % {"day": day}
        if file.plan == self.plan:
            return self.actions.get(subject_id, _("An action that was removed"))
        return self.actions.get(subject_id, _("An action of the earlier plan"))


def _posted_at(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Of the updates among them, whose files the reader sees and so may know when they were posted."""
    return dict(Update.objects.filter(pk__in=ids).values_list("pk", "posted_at"))


def _reported_at(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """The same of parties' reports on their actions."""
    return dict(DutyReport.objects.filter(pk__in=ids).values_list("pk", "reported_at"))
