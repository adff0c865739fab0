"""Words that must go from a plan: out of every text about it, for good, and its record shows no more than that."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from actionplans.annex import EVERYONE, Audience, render
from actionplans.annex.passages import TOMBSTONE
from actionplans.models import (
    ActionPlan,
    EvidenceFile,
    PlanShare,
    Redaction,
    Reply,
    Revision,
    ShownTo,
    Update,
)
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import (
    find_words,
    find_words_published,
    publish_plan,
    redact_words,
)
from actionplans.sharing.audiences import as_party
from actionplans.sharing.services import reply
from actionplans.standing import Standing
from carportal.core import delivery as delivering
from carportal.core import outcomes
from carportal.core.actor import Actor, Role
from carportal.core.audit import Aggregate, Reader, redact_entry, timeline, verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent, Delivery
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    add_file,
    add_row,
    end_by_next_audit,
    make_ngo,
    record_of,
    share_with,
    texts_of,
    write,
)
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier

pytestmark = pytest.mark.django_db

NAME = "Somchai Jaidee"
WHY = "A worker was named."


@pytest.fixture
def named(story: Story, plan: ActionPlan) -> ActionPlan:
    """Somebody is named in two versions, the draft, a note, a reply, an update and the words beside a file.

    And in the mails about them, and in the record.
    """
    write(plan, story.alice, actions=f"Repay {NAME} first.\n\nThen the others.")
    add_row(plan, story.alice, "steps", what=f"Asked {NAME.lower()}", date="2026-03-02", outcome="Paid.")
    share = share_with(plan, story.alice, story.customer, note=f"We spoke with {NAME}.")
    wish = f"Pay {NAME.upper()} <now>."
    reply(
        share_id=share.pk,
        actor=story.dora,
        sent_id=share.sent.get().pk,
        kind="changes_requested",
        comment=wish,
    )
    write(plan, story.alice, root_cause="We ask why.", investigation=f"Asked {NAME.replace(' ', chr(10))}.")
    publish_plan(plan_id=plan.pk, actor=story.alice)
    post(share, story.alice, text=f"{NAME} is repaid, the others in May.")
    name, description = f"Receipt of {NAME}.txt", f"Paid to {NAME} in full"
    add_file(plan, story.alice, name, description=description, shown_to=ShownTo.READERS)
    deliver_due()
    plan.refresh_from_db()
    return plan


@pytest.fixture
def compliance(db: None) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


def remove(plan: ActionPlan, actor: Actor, words: str = NAME, reason: str = WHY, revision=None) -> None:
    redact_words(plan_id=plan.pk, actor=actor, words=words, reason=reason, revision_id=revision)


def remove_name(plan: ActionPlan, actor: Actor, sequence: int = 1, reason: str = WHY) -> None:
    redact_entry(
        aggregate=Aggregate.PLAN, aggregate_id=plan.pk, actor=actor, sequence=sequence, reason=reason
    )


def columns_with(*words: str) -> set[str]:
    """Every column of text or JSON in the whole database that holds one of the words, however capitalised."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'tsvector')"
        )
        for table, column in cursor.fetchall():
            for word in words:
                cursor.execute(
                    f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ~* %s)',  # noqa: S608
                    [word.replace(" ", r"(\s|\\n)+")],
                )
                if cursor.fetchone() == (True,):
                    found.add(f"{table}.{column}")
    return found


class TestEverywhere:
    def test_no_column_of_the_database_holds_the_words_any_more(self, story: Story, named: ActionPlan):
        assert columns_with(NAME) == {
            "actionplans_draftfield.value",
            "actionplans_draftrow.cells",
            "actionplans_wording.text",
            "actionplans_revision.document",
            "actionplans_sharedrevision.note",
            "actionplans_reply.comment",
            "actionplans_update.text",
            "actionplans_evidencefile.name",
            "actionplans_evidencefile.description",
            "core_auditcontent.content",
            "core_delivery.text",
            "core_delivery.html",
        }
        remove(named, story.alice)
        assert columns_with(NAME, "Somchai", "Jaidee") == set()

    def test_everything_else_stays_as_it_was(self, story: Story, named: ActionPlan):
        before = texts_of(named), [each.document for each in named.revisions.all()]
        remove(named, story.alice)
        draft, documents = texts_of(named), [each.document for each in named.revisions.all()]

        def blacked_out(values: dict[str, str]) -> dict[str, str]:
            spelt = (NAME, NAME.replace(" ", "\n"))
            return {
                name: text.replace(spelt[0], TOMBSTONE).replace(spelt[1], TOMBSTONE)
                for name, text in values.items()
            }

        assert draft == blacked_out(before[0])
        assert [each["fields"] for each in documents] == [blacked_out(each["fields"]) for each in before[1]]
        assert Reply.objects.get().comment == f"Pay {TOMBSTONE} <now>."

    def test_readers_see_that_something_was_removed_and_not_what(self, story: Story, named: ActionPlan):
        remove(named, story.alice)
        sent = PlanShare.objects.get().sent.get()
        annex = render(sent.revision, as_party(sent), "en-gb")
        assert annex.note == "We spoke with [removed]."
        assert next(row.text for row in annex.rows if row.name == "actions").startswith(
            "Repay [removed] first."
        )

    def test_updates_and_words_beside_files_stay_but_for_the_words(self, story: Story, named: ActionPlan):
        remove(named, story.alice)
        assert Update.objects.get().readable_text == "[removed] is repaid, the others in May."
        file = EvidenceFile.objects.get()
        assert file.readable_name == "Receipt of [removed].txt"
        assert file.readable_description == "Paid to [removed] in full"

    def test_a_file_keeps_the_extension_that_says_what_it_is(self, story: Story, named: ActionPlan):
        remove(named, story.alice, words="Receipt")
        with pytest.raises(InvalidInput, match="do not stand there"):
            remove(named, story.alice, words="txt")
        assert EvidenceFile.objects.get().name == f"{TOMBSTONE} of {NAME}.txt"

    def test_marks_longer_than_the_words_find_room_beside_a_file(self, story: Story, named: ActionPlan):
        name, description = f"{'Jo ' * 33}.txt", ("Jo " * 66).strip()
        file = add_file(named, story.alice, name, description=description)
        remove(named, story.alice, words="jo")
        file.refresh_from_db()
        assert file.description == (f"{TOMBSTONE} " * 66).strip()
        assert file.name == f"{(f'{TOMBSTONE} ' * 33).strip()}.txt"

    def test_entries_of_the_record_that_say_them_name_nobody_any_more(self, story: Story, named: ActionPlan):
        remove(named, story.alice)
        entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=named.pk, reader=Reader.SITE)
        (added,) = [each for each in entries if each.kind == "evidence_added"]
        assert added.sentence.startswith("Added the file “(removed)” to the evidence")
        assert [each.sequence for each in entries if each.is_redacted] == [added.sequence]
        told = f"Took personal details out of entry {added.sequence} of this record. Reason: {WHY}"
        assert told in [each.sentence for each in entries]
        assert verify().whole

    def test_kept_mails_that_quoted_them_are_emptied_and_the_others_stay(
        self, story: Story, named: ActionPlan
    ):
        share_with(named, story.alice, make_ngo(), asks=CALL, note="Only greetings.")
        make_actor(story.other)
        deliver_due()
        kept = dict(Delivery.objects.values_list("pk", "text"))
        remove(named, story.alice)
        for delivery in Delivery.objects.filter(state="sent"):
            quoted = NAME in kept[delivery.pk]
            assert (delivery.text, delivery.html == "") == ("" if quoted else kept[delivery.pk], quoted)
            assert delivery.subject

    def test_a_mail_that_has_not_left_goes_out_without_them(self, story: Story, named: ActionPlan):
        write(named, story.alice, root_cause="More.")
        share_with(named, story.alice, story.customer, note=f"Ask {NAME}.")
        remove(named, story.alice)
        mail.outbox.clear()
        deliver_due()
        (sent,) = mail.outbox
        assert "Ask [removed]." in str(sent.body)

    def test_a_mail_that_is_being_sent_is_not_kept_as_it_was_rendered(
        self, story: Story, named: ActionPlan, monkeypatch: pytest.MonkeyPatch
    ):
        """The worker has rendered it when the words are removed, and records it only afterwards."""
        share_with(named, story.alice, story.customer, note=f"Ask {NAME}.")

        def redact_then_record(*args: Any) -> bool:
            monkeypatch.undo()
            remove(named, story.alice)
            return outcomes.record_sent(*args)

        monkeypatch.setattr(delivering, "record_sent", redact_then_record)
        mail.outbox.clear()
        deliver_due()
        assert columns_with(NAME) == set()
        asked = [str(each.body) for each in mail.outbox]
        assert [f"Ask {NAME}." in body for body in asked] == [True, False]
        assert "Ask [removed]." in asked[1]

    def test_a_mail_to_another_party_that_is_being_sent_goes_out_once(
        self, story: Story, named: ActionPlan, monkeypatch: pytest.MonkeyPatch
    ):
        make_actor(story.other)
        share_with(named, story.alice, story.other, note="Only greetings.")

        def redact_then_record(*args: Any) -> bool:
            monkeypatch.undo()
            remove(named, story.alice)
            return outcomes.record_sent(*args)

        monkeypatch.setattr(delivering, "record_sent", redact_then_record)
        mail.outbox.clear()
        deliver_due()
        assert len(mail.outbox) == 1
        assert columns_with(NAME) == set()

    def test_rows_lose_them_in_draft_and_versions_and_keep_all_else(self, story: Story, named: ActionPlan):
        chosen = {"kind": "other", "shown": EVERYONE}
        party = add_row(named, story.alice, "stakeholders", name=f"Family of {NAME}", **chosen)
        add_row(named, story.alice, "actions", what="Repay", owner=str(party), state="done")
        publish_plan(plan_id=named.pk, actor=story.alice)
        before = draft_of(named).document.to_json()["rows"]
        remove(named, story.alice)
        plan = ActionPlan.objects.get(pk=named.pk)
        rows = draft_of(plan).document.to_json()["rows"]
        assert rows == json.loads(re.sub(NAME, TOMBSTONE, json.dumps(before), flags=re.IGNORECASE))
        assert plan.published is not None
        assert plan.published.document["rows"] == rows
        texts = str(render(plan.published, Audience(), "en-gb").rows)
        assert texts.count("Family of [removed]") == 2  # its own entry, and who does the action
        assert verify().whole

    def test_what_was_chosen_does_not_go_with_words_that_are_spelt_alike(
        self, story: Story, named: ActionPlan
    ):
        add_row(named, story.alice, "actions", what="Once it is done", state="done", ends="2027")
        remove(named, story.alice, words="done")
        with pytest.raises(InvalidInput, match="do not stand there"):
            remove(named, story.alice, words="2027")
        cells = draft_of(ActionPlan.objects.get(pk=named.pk)).groups["actions"][0].cells
        assert (cells["what"], cells["state"], cells["ends"]) == (f"Once it is {TOMBSTONE}", "done", "2027")

    def test_draft_is_saved_on_though_a_mark_is_no_web_address(self, story: Story, named: ActionPlan):
        row_id = add_row(
            named, story.alice, "initiatives", name="Fund", website="https://somchai.example.org"
        )
        remove(named, story.alice, words="somchai.example.org")
        address, draft = f"{row_id}.website", draft_of(ActionPlan.objects.get(pk=named.pk))
        assert draft.texts[address] == f"https://{TOMBSTONE}"
        write(named, story.alice, **{address: draft.texts[address], f"{row_id}.name": "A fund"})
        assert draft_of(ActionPlan.objects.get(pk=named.pk)).texts[f"{row_id}.name"] == "A fund"
        with pytest.raises(InvalidInput):
            write(named, story.alice, **{address: f"http://{TOMBSTONE}"})

    def test_draft_still_says_what_is_published(self, story: Story, named: ActionPlan):
        remove(named, story.alice)
        plan = ActionPlan.objects.get(pk=named.pk)
        assert not Standing(plan).changed_since_published
        assert publish_plan(plan_id=plan.pk, actor=story.alice) == plan.published

    def test_words_that_stand_in_a_reply_alone_are_removed_too(self, story: Story, named: ActionPlan):
        remove(named, story.alice, words="<now>")
        assert Reply.objects.get().comment == f"Pay {NAME.upper()} {TOMBSTONE}."
        assert not Redaction.objects.exists()

    def test_reasons_of_earlier_redactions_lose_them_too(self, story: Story, named: ActionPlan):
        remove(named, story.alice, words="Repay", reason="The others were named.")
        remove(named, story.alice, words="the others", reason=WHY)
        assert f"{TOMBSTONE} were named." in Redaction.objects.values_list("reason", flat=True)
        assert columns_with("others were named") == set()


class TestOneVersion:
    def test_only_that_version_loses_them(self, story: Story, named: ActionPlan):
        first = named.revisions.get(number=1)
        remove(named, story.alice, revision=first.pk)
        first.refresh_from_db()
        assert (NAME in str(first.document), first.digest == first.sha256) == (False, False)
        assert NAME in str(named.revisions.get(number=2).document)
        assert NAME in texts_of(named)["actions"]
        redaction = Redaction.objects.get()
        assert (redaction.revision, redaction.reason, redaction.sha256) == (first, WHY, first.digest)
        assert redaction.redacted_by_id == story.alice.user_id

    def test_version_of_another_plan_is_not_touched(self, story: Story, named: ActionPlan):
        with pytest.raises(InvalidInput, match="no such version"):
            remove(named, story.alice, revision=story.customer.pk)


class TestRefusals:
    @pytest.mark.parametrize(
        ("words", "reason", "field"),
        [
            ("", WHY, "words"),
            ("S", WHY, "words"),
            ("  ", WHY, "words"),
            ("…,", WHY, "words"),
            (TOMBSTONE, WHY, "words"),
            ("x" * 201, WHY, "words"),
            ("Nobody Here", WHY, "words"),
            (NAME, " ", "reason"),
            (NAME, "y" * 501, "reason"),
            (NAME, f"We named {NAME.lower()}.", "reason"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_removed(
        self, story: Story, named: ActionPlan, words: str, reason: str, field: str
    ):
        before = columns_with(NAME)
        with pytest.raises(InvalidInput) as refusal:
            remove(named, story.alice, words, reason)
        assert list(refusal.value.fields) == [field]
        assert columns_with(NAME) == before
        assert not AuditEvent.objects.filter(kind="plan_words_redacted").exists()

    def test_only_the_sites_editors_and_managers_and_compliance_staff_may(
        self, story: Story, named: ActionPlan, compliance: Actor
    ):
        for actor in (
            story.carol,
            story.dora,
            make_actor(make_supplier(), Role.MANAGER),
            make_actor(make_operator(), Role.MANAGER),
            make_actor(make_audit_company()),
        ):
            with pytest.raises(NotAllowed):
                remove(named, actor)
            with pytest.raises(NotAllowed):
                remove_name(named, actor)
        for actor in (story.alice, story.bob, compliance):
            with transaction.atomic():
                remove(named, actor)
                transaction.set_rollback(True)

    def test_also_once_the_car_has_ended(self, story: Story, named: ActionPlan):
        end_by_next_audit(story.finding)
        remove(named, story.alice)
        assert columns_with(NAME) == set()


class TestOperator:
    def test_removes_words_it_reads_also_where_it_does_not_read(self, named: ActionPlan, compliance: Actor):
        remove(named, compliance)
        assert columns_with(NAME) == set()

    def test_cannot_find_out_by_trying_what_stands_where_it_does_not_read(
        self, story: Story, named: ActionPlan, compliance: Actor
    ):
        write(named, story.alice, root_cause="A thought of ours.")
        for words in ("<now>", "thought of ours", "nowhere at all"):
            with pytest.raises(InvalidInput, match="do not stand there"):
                remove(named, compliance, words=words)
        with pytest.raises(NotAllowed, match="published version alone"):
            remove(named, compliance, revision=named.revisions.get(number=1).pk)

    def test_nor_does_its_record_tell_of_entries_that_it_does_not_read(
        self, named: ActionPlan, compliance: Actor
    ):
        remove(named, compliance)
        assert AuditEvent.objects.filter(kind="plan_entry_redacted").exists()
        assert not [each for each in record_of(named, Reader.OPERATOR) if "Took personal details" in each]

    def test_nor_what_stands_in_rows_that_are_a_partys_alone(
        self, story: Story, named: ActionPlan, compliance: Actor
    ):
        add_row(named, story.alice, "stakeholders", name="The union", brings="Ask Malee.")
        publish_plan(plan_id=named.pk, actor=story.alice)
        plan = ActionPlan.objects.get(pk=named.pk)
        assert find_words(plan, "Malee")
        assert find_words_published(plan, "Malee") == []
        with pytest.raises(InvalidInput, match="do not stand there"):
            remove(plan, compliance, words="Malee")
        assert find_words_published(plan, NAME)
        remove(plan, compliance)
        assert columns_with(NAME) == set()

    def test_finds_nothing_in_a_plan_that_is_not_published(
        self, story: Story, plan: ActionPlan, compliance: Actor
    ):
        write(plan, story.alice, actions=f"Repay {NAME}.")
        with pytest.raises(InvalidInput):
            remove(plan, compliance)


class TestRecord:
    def test_site_and_operator_read_that_words_were_removed_and_no_party_does(
        self, story: Story, named: ActionPlan
    ):
        remove(named, story.alice)

        def read_by(reader: Reader) -> list[str]:
            entries = timeline(
                aggregate=Aggregate.PLAN, aggregate_id=named.pk, reader=reader, party_id=story.customer.pk
            )
            return [entry.sentence for entry in entries if entry.sentence.startswith("Removed words")]

        sentence = f"Removed words from the plan. Reason: {WHY}"
        assert read_by(Reader.SITE) == read_by(Reader.OPERATOR) == [sentence]
        assert read_by(Reader.PARTY) == read_by(Reader.AUDITOR) == []

    def test_an_entry_loses_its_name_and_the_record_says_why(self, story: Story, named: ActionPlan):
        remove_name(named, story.bob)
        entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=named.pk, reader=Reader.SITE)
        assert (entries[0].who, entries[0].is_redacted) == ("Name removed", True)
        assert entries[-1].sentence.endswith(f"out of entry 1 of this record. Reason: {WHY}")
        assert verify().whole

    def test_an_entry_is_redacted_once_with_a_reason_and_if_one_reads_it(
        self, story: Story, named: ActionPlan, compliance: Actor
    ):
        remove_name(named, story.bob)
        edited = AuditEvent.objects.get(kind="plan_draft_edited").sequence
        for actor, sequence, reason, field in (
            (story.bob, 1, WHY, "entry"),
            (story.bob, 99, WHY, "entry"),
            (compliance, edited, WHY, "entry"),
            (story.bob, edited, "", "reason"),
        ):
            with pytest.raises(InvalidInput) as refusal:
                remove_name(named, actor, sequence, reason)
            assert list(refusal.value.fields) == [field]


@contextmanager
def past_the_triggers() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


class TestVerification:
    def problems(self) -> list[str]:
        return [str(each).partition(", ")[2] for each in verify().broken]

    def test_a_redaction_breaks_nothing_and_a_second_one_neither(self, story: Story, named: ActionPlan):
        remove(named, story.alice, revision=named.revisions.get(number=1).pk)
        remove(named, story.alice)
        remove(named, story.alice, words="the others")
        report = verify()
        assert (report.broken, report.texts) == ([], 2)
        out = StringIO()
        call_command("verify_audit_trail", stdout=out)
        assert out.getvalue().endswith("2 frozen texts as frozen or redacted.\n")

    def test_a_plan_with_files_is_whole(self, story: Story, named: ActionPlan):
        add_file(named, story.alice, "Receipts.txt")
        report = verify()
        assert (report.broken, report.texts) == ([], 2)

    def test_a_changed_version_is_found(self, named: ActionPlan):
        with past_the_triggers():
            revision = named.revisions.get(number=1)
            revision.document["fields"]["actions"] = "Nothing."
            Revision.objects.filter(pk=revision.pk).update(document=revision.document)
        assert self.problems() == ["version 1: was changed"]
        with pytest.raises(CommandError, match="version 1: was changed"):
            call_command("verify_audit_trail", stdout=StringIO())

    def test_a_changed_row_is_found(self, named: ActionPlan):
        with past_the_triggers():
            revision = named.revisions.get(number=1)
            revision.document["rows"]["steps"][0]["cells"]["outcome"] = "Not paid."
            Revision.objects.filter(pk=revision.pk).update(document=revision.document)
        assert self.problems() == ["version 1: was changed"]

    def test_a_version_that_was_changed_with_its_digest_is_found_by_the_record(self, named: ActionPlan):
        with past_the_triggers():
            other = named.revisions.get(number=2)
            named.revisions.filter(number=1).update(document=other.document, sha256=other.sha256)
        assert self.problems() == ["version 1: is not what was frozen"]

    def test_words_removed_without_a_redaction_on_the_record_are_found(self, named: ActionPlan):
        with past_the_triggers():
            revision = named.revisions.get(number=1)
            revision.document["fields"]["actions"] = TOMBSTONE
            Revision.objects.filter(pk=revision.pk).update(
                document=revision.document, redacted_sha256="0" * 64
            )
        assert self.problems() == ["version 1: was changed"]

    def test_words_that_were_put_back_are_found(self, story: Story, named: ActionPlan):
        before = named.revisions.get(number=1).document
        remove(named, story.alice)
        with past_the_triggers():
            named.revisions.filter(number=1).update(document=before)
        assert self.problems() == ["version 1: holds again what was redacted"]


class TestDatabase:
    """Nothing but marks gets into what was frozen, and into a version only with the row that says so."""

    def refuses(self, sql: str, *values: str) -> None:
        with (
            pytest.raises(DatabaseError, match="only redact them"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)

    @pytest.mark.usefixtures("named")
    def test_a_version_is_redacted_with_a_row_alone(self):
        self.refuses(
            "UPDATE actionplans_revision SET redacted_sha256 = repeat('0', 64),"
            " document = jsonb_set(document, '{fields,actions}', to_jsonb(%s::text))",
            TOMBSTONE,
        )

    @pytest.mark.parametrize(
        "document",
        [
            """jsonb_set(document, '{fields,actions}', '"Nothing."')""",
            f"""jsonb_set(document, '{{fields,actions}}', '"Repay {TOMBSTONE} last.{TOMBSTONE}"')""",
            f"""jsonb_set(document, '{{fields,actions}}', '["{TOMBSTONE}"]')""",
            f"""jsonb_set(document, '{{fields,more}}', '"{TOMBSTONE}"')""",
            f"""jsonb_set(document, '{{template}}', '"{TOMBSTONE}-2"')""",
            "document #- '{fields,actions}'",
            """jsonb_set(document, '{rows,steps,0,cells,what}', '"Nothing."')""",
            f"""jsonb_set(document, '{{rows,steps,1}}', '"{TOMBSTONE}"')""",
            f"""jsonb_set(document, '{{rows,causes}}', '["{TOMBSTONE}"]')""",
            "document #- '{rows,steps,0}'",
            "document - 'rows'",
            "document",
        ],
    )
    def test_with_the_row_a_version_still_takes_marks_only(self, named: ActionPlan, document: str):
        revision = named.revisions.get(number=1)
        Redaction.objects.create(revision=revision, sha256="1" * 64, reason=WHY)
        self.refuses(
            f"UPDATE actionplans_revision SET redacted_sha256 = repeat('1', 64), document = {document}"  # noqa: S608
            " WHERE id = %s",
            str(revision.pk),
        )

    def test_the_letters_of_a_pattern_are_letters(self, story: Story, plan: ActionPlan):
        """What stands around a mark may hold what LIKE takes for more than itself."""
        write(plan, story.alice, actions=rf"100% of \ {NAME} _x\ or {NAME} 5_%")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        remove(plan, story.alice)
        assert texts_of(plan)["actions"] == rf"100% of \ {TOMBSTONE} _x\ or {TOMBSTONE} 5_%"

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("sharedrevision", "note"),
            ("reply", "comment"),
            ("redaction", "reason"),
            ("update", "text"),
            ("evidencefile", "name"),
            ("evidencefile", "description"),
        ],
    )
    def test_other_texts_take_marks_only(self, story: Story, named: ActionPlan, table: str, column: str):
        remove(named, story.alice, words="the others")
        self.refuses(f"UPDATE actionplans_{table} SET {column} = 'x' || {column}")  # noqa: S608
        self.refuses(f"UPDATE actionplans_{table} SET {column} = ''")  # noqa: S608

    @pytest.mark.usefixtures("named")
    def test_a_sent_mail_is_emptied_or_stays(self):
        for change in ({"text": ""}, {"text": "x", "html": ""}, {"text": "", "html": "", "subject": ""}):
            with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
                Delivery.objects.filter(state="sent").update(**change)
