"""How far a party has come with what it took on, with files that show it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.duties import events, policy
from actionplans.duties.models import Duty, DutyReport, ReportState
from actionplans.duties.services.rows import lock_duty, look_from, record
from actionplans.evidence.models import EvidenceFile, ShownTo, Subject, SubjectKind
from actionplans.evidence.services import (
    NewFile,
    StoredFile,
    check_partys_room,
    looked_into,
    stored,
    write_row,
)
from actionplans.sharing.order import now_after
from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput
from carportal.core.notifications import notify

TEXT = Field("text", gettext_lazy("What was done"), FieldKind.TEXT, "", "", max_length=2000)


def report_progress(
    *, duty_id: UUID, actor: Actor, state: str, text: str, files: Sequence[NewFile] = ()
) -> DutyReport:
    """Tell the site how far the action is; the site and this party alone get the files.

    InvalidInput by field for no state, no text, or a file that is not taken (`file`). With its files or not at all;
    the same once more is the report that is there, with the files that it did not have yet.
    """
    if files:
        # Asked before they are looked into and written, which takes its time, and again under the lock.
        of_share = Duty.objects.select_related("share__plan__finding__site", "share__organisation")
        _check_may_report(of_share.get(pk=duty_id), actor)
    with looked_into(files) as found, stored(found) as stored_files:
        return _report(duty_id, actor, state, text, stored_files)


def _check_may_report(duty: Duty, actor: Actor) -> None:
    policy.check_owns(actor, duty.share)
    policy.check_goes_on(duty.share)
    policy.check_accepted(duty)


@transaction.atomic
def _report(duty_id: UUID, actor: Actor, state: str, text: str, files: Sequence[StoredFile]) -> DutyReport:
    duty = lock_duty(duty_id)
    _check_may_report(duty, actor)
    state, text = _checked(state, text)
    last = duty.reports.first()
    if last is not None and (last.state, last.text) == (state, text):  # sent twice
        _add_files(last, duty, files, actor)
        return last
    report = DutyReport.objects.create(
        duty=duty,
        state=state,
        text=text,
        reported_at=now_after(last.reported_at if last else None),
        reported_by_id=actor.user_id,
    )
    _keep_whether_done(duty, report)
    record(duty.share, events.DUTY_REPORTED, actor, state=state)
    _add_files(report, duty, files, actor)
    notify(kind="duty_reported", object_id=report.pk)
    return report


def _keep_whether_done(duty: Duty, report: DutyReport) -> None:
    """What is done is reminded of no more; what turns out not to be, again."""
    is_done = report.state == ReportState.DONE
    if is_done != duty.is_done:
        duty.is_done = is_done
        duty.remind_on = look_from(duty)
        duty.save(update_fields=["is_done", "remind_on"])


def _checked(state: str, text: str) -> tuple[str, str]:
    text = clean_value(TEXT, text)
    refused = {}
    if state not in ReportState.values:
        refused["state"] = [_("Choose how far the action is.")]
    if not text:
        refused["text"] = [_("Say what was done; a few sentences are enough.")]
    if refused:
        raise InvalidInput(_("This report is not complete."), fields=refused)
    return state, text


def _add_files(report: DutyReport, duty: Duty, files: Sequence[StoredFile], actor: Actor) -> None:
    """Those that it does not have yet; the plan's lock is held."""
    subject, plan, party = Subject(SubjectKind.REPORT, report.pk), duty.share.plan, duty.share.organisation
    there = EvidenceFile.objects.filter(plan=plan, subject_id=subject.id)
    known = set(there.values_list("name", "sha256"))
    new = [each for each in files if (each.file.name, each.file.sha256) not in known]
    check_partys_room(plan, party, [each.file for each in new])
    for each in new:
        write_row(plan, actor, each, subject=subject, shown_to=ShownTo.PARTY, party=party)
