"""Files of a plan: who adds them, how many there can be, and how one is taken out."""

import hashlib
import stat
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from actionplans.evidence import hooks
from actionplans.evidence.services import (
    redact_evidence,
    show_evidence,
)
from actionplans.evidence.storing import opened
from actionplans.models import ActionPlan, EvidenceFile, ShownTo, Subject, SubjectKind
from actionplans.plans.services import publish_plan
from carportal.core.actor import NOBODY, Role
from carportal.core.audit import Reader, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed, Unavailable
from carportal.core.models import AuditContent
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story, make_story
from tests.actionplans.files import photo
from tests.actionplans.making import (
    add_file,
    add_row,
    end_by_next_audit,
    kept_files,
    record_of,
    refused_evidence,
    share_with,
)
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier
from tests.parallel import at_once, errors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]

SECRET = "Passport of Ana Lopez.txt"


class TestAdding:
    def test_keeps_the_file_whole_under_a_key_that_says_nothing(self, story: Story, plan: ActionPlan) -> None:
        file = add_file(plan, story.alice, "Receipts, spring.txt", b"Forty.", description="  Paid\nback ")
        assert (file.name, file.description, file.kind, file.size) == (
            "Receipts, spring.txt",
            "Paid back",
            "txt",
            6,
        )
        assert file.sha256 == hashlib.sha256(b"Forty.").hexdigest()
        with opened(file) as content:
            assert content.read() == b"Forty."
        (kept,) = kept_files()
        assert kept.name == file.storage_key.rpartition("/")[2]
        assert set(kept.name) <= set("0123456789abcdef")
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700

    def test_keeps_what_was_cleaned(self, story: Story, plan: ActionPlan) -> None:
        sent = photo()
        file = add_file(plan, story.alice, "gate.jpeg", sent)
        kept = kept_files()[0].read_bytes()
        assert kept != sent
        assert (file.size, file.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())

    def test_is_for_the_site_alone_unless_it_is_said(self, story: Story, plan: ActionPlan) -> None:
        assert add_file(plan, story.alice).shown_to == ShownTo.SITE

    def test_is_on_the_sites_record_and_on_nobody_elses(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        add_file(plan, story.alice, shown_to=ShownTo.READERS)
        add_file(plan, story.alice, "two.txt", party=story.customer)
        assert record_of(plan)[-2:] == [
            "Added the file “receipts.txt” to the evidence, shown to: everyone who reads the plan",
            "Added the file “two.txt” to the evidence, shown to: Northmarket Ltd",
        ]
        for reader in (Reader.PARTY, Reader.OPERATOR, Reader.AUDITOR):
            assert "receipts.txt" not in str(record_of(plan, reader))

    def test_is_the_sites_editors_alone(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        assert add_file(plan, story.bob)
        for actor in (
            story.carol,
            story.dora,
            make_actor(make_supplier()),
            make_actor(make_audit_company()),
            make_actor(make_operator(), Role.COMPLIANCE),
            NOBODY,
        ):
            refused_evidence(NotAllowed, partial(add_file, plan, actor))

    def test_is_over_when_the_car_has_ended(self, story: Story, plan: ActionPlan) -> None:
        end_by_next_audit(story.finding)
        refused_evidence(Conflict, partial(add_file, plan, story.alice))

    def test_of_something_else_than_it_says_leaves_nothing(self, story: Story, plan: ActionPlan) -> None:
        refused_evidence(InvalidInput, partial(add_file, plan, story.alice, "a.pdf", b"MZ"))

    def test_with_a_description_without_end_leaves_nothing(self, story: Story, plan: ActionPlan) -> None:
        error = refused_evidence(InvalidInput, partial(add_file, plan, story.alice, description="a" * 201))
        assert isinstance(error, InvalidInput)
        assert list(error.fields) == ["description"]

    def test_for_a_party_that_has_no_plan_leaves_nothing(self, story: Story, plan: ActionPlan) -> None:
        error = refused_evidence(InvalidInput, partial(add_file, plan, story.alice, party=story.customer))
        assert isinstance(error, InvalidInput)
        assert list(error.fields) == ["shown_to"]


class TestRoom:
    @pytest.fixture(autouse=True)
    def _one_megabyte(self, settings: Settings) -> None:
        settings.EVIDENCE_PLAN_MB = 1

    def test_of_a_plan_is_limited(self, story: Story, plan: ActionPlan) -> None:
        add_file(plan, story.alice, content=b"a" * 1024**2)
        error = refused_evidence(InvalidInput, partial(add_file, plan, story.alice, content=b"a"))
        assert "more than 1 MB" in str(error)

    def test_is_free_again_when_a_file_is_taken_out(self, story: Story, plan: ActionPlan) -> None:
        file = add_file(plan, story.alice, content=b"a" * 1024**2)
        redact_evidence(file_id=file.pk, actor=story.alice, reason="Too large.")
        assert add_file(plan, story.alice, content=b"a" * 1024**2)

    def test_of_another_plan_is_its_own(self, story: Story, plan: ActionPlan) -> None:
        add_file(plan, story.alice, content=b"a" * 1024**2)
        other = make_story()
        assert add_file(other.plan(), other.alice, content=b"a" * 1024**2)


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_do_not_take_the_same_room(settings: Settings) -> None:
    settings.EVIDENCE_PLAN_MB = 1
    story = make_story()
    plan = story.plan()
    add = partial(add_file, plan, story.alice, content=b"a" * 700_000)
    results = at_once(add, add, add)
    assert len(errors(results)) == 2
    assert EvidenceFile.objects.count() == len(kept_files()) == 1


class TestTakingOut:
    @pytest.fixture
    def file(self, story: Story, plan: ActionPlan) -> EvidenceFile:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, SECRET, description="Ana's", shown_to=ShownTo.READERS)
        return show_evidence(
            file_id=file.pk, actor=story.alice, shown_to=ShownTo.PARTY, party_id=story.customer.pk
        )

    def test_leaves_a_place_and_nothing_of_the_file(
        self,
        story: Story,
        plan: ActionPlan,
        file: EvidenceFile,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            redact_evidence(file_id=file.pk, actor=story.alice, reason=" It named\na worker. ")
        row = EvidenceFile.objects.visible_to(story.dora).get()
        assert (row.name, row.description, row.sha256) == ("", "", file.sha256)
        assert row.is_redacted
        assert kept_files() == []
        record = record_of(plan)
        assert record[-1] == "Took a file out of the evidence: It named a worker."
        assert (
            record.count("Added the file “(removed)” to the evidence, shown to: everyone who reads the plan")
            == 1
        )
        for text in [
            *record,
            str(list(AuditContent.objects.values_list("content", flat=True))),
            str(vars(row)),
        ]:
            assert "Ana" not in text
        assert verify().whole

    def test_needs_a_reason(self, story: Story, file: EvidenceFile) -> None:
        for reason in ("", " \n ", "a" * 501):
            error = refused_evidence(
                InvalidInput, partial(redact_evidence, file_id=file.pk, actor=story.alice, reason=reason)
            )
            assert isinstance(error, InvalidInput)
            assert list(error.fields) == ["reason"]

    def test_once_is_for_good(self, story: Story, file: EvidenceFile) -> None:
        redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")
        again = partial(redact_evidence, file_id=file.pk, actor=story.alice, reason="Named.")
        refused_evidence(Conflict, again)
        refused_evidence(
            Conflict, partial(show_evidence, file_id=file.pk, actor=story.alice, shown_to=ShownTo.READERS)
        )

    def test_can_be_done_once_the_car_has_ended(self, story: Story, file: EvidenceFile) -> None:
        end_by_next_audit(story.finding)
        assert redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.").is_redacted

    def test_is_the_sites_editors_and_the_operators_compliance_staff(
        self, story: Story, plan: ActionPlan, file: EvidenceFile
    ) -> None:
        operator = make_operator()
        compliance = make_actor(operator, Role.COMPLIANCE)
        redact = partial(redact_evidence, file_id=file.pk, reason="Named.")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        # Shown to one party alone, it is nothing that the operator sees.
        for actor in (story.carol, story.dora, make_actor(story.other), compliance, NOBODY):
            refused_evidence(NotAllowed, partial(redact, actor=actor))
        show_evidence(file_id=file.pk, actor=story.alice, shown_to=ShownTo.READERS)
        refused_evidence(NotAllowed, partial(redact, actor=make_actor(operator, Role.EDITOR)))
        redact(actor=compliance)
        assert record_of(plan, Reader.OPERATOR)[-1] == "Took a file out of the evidence: Named."

    def test_by_the_site_is_not_on_the_operators_record(
        self, story: Story, plan: ActionPlan, file: EvidenceFile
    ) -> None:
        redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")
        assert "evidence" not in str(record_of(plan, Reader.OPERATOR))


class TestSubjects:
    def test_are_actions_and_updates_of_this_very_plan(self, story: Story, plan: ActionPlan) -> None:
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        cause = add_row(plan, story.alice, "causes", what="An agency charges workers.")
        other = make_story()
        elsewhere = add_row(other.plan(), other.alice, "actions", what="Repay the fees.")
        update = post(share_with(plan, story.alice, story.customer), story.alice)
        for subject in (Subject(SubjectKind.ACTION, action), Subject(SubjectKind.UPDATE, update.pk)):
            assert add_file(plan, story.alice, subject=subject).subject == subject
        for wrong in (
            Subject(SubjectKind.ACTION, uuid4()),
            Subject(SubjectKind.ACTION, cause),
            Subject(SubjectKind.ACTION, elsewhere),
            Subject(SubjectKind.ACTION, update.pk),
            Subject(SubjectKind.ACTION),
            Subject(SubjectKind.UPDATE, action),
        ):
            refused_evidence(InvalidInput, partial(add_file, plan, story.alice, subject=wrong))

    @pytest.mark.parametrize("shown_to", ShownTo)
    def test_of_a_kind_that_nobody_knows_are_refused_and_read_by_the_site_alone(
        self, story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch, shown_to: ShownTo
    ) -> None:
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        share_with(plan, story.alice, story.customer)
        subject = Subject(SubjectKind.ACTION, action)
        party_id = story.customer.pk if shown_to == ShownTo.PARTY else None
        add = partial(add_file, plan, story.alice, subject=subject, shown_to=shown_to, party_id=party_id)
        add()
        monkeypatch.setattr(hooks, "subjects", {})
        refused_evidence(InvalidInput, add)
        assert not EvidenceFile.objects.visible_to(story.dora).exists()
        assert EvidenceFile.objects.visible_to(story.alice).exists()


def test_a_file_that_is_gone_from_the_store_is_said_to_be(story: Story, plan: ActionPlan) -> None:
    file = add_file(plan, story.alice)
    kept_files()[0].unlink()
    with pytest.raises(Unavailable, match="cannot be read at the moment"):
        opened(file)


def test_the_folder_is_beside_all_other_data_and_not_under_a_web_address() -> None:
    store = storages["evidence"]
    assert django_settings.STORAGES["default"] != django_settings.STORAGES["evidence"]
    assert Path(store.path("")).name == "evidence"
