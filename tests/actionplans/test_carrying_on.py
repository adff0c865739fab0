"""A plan goes on under the CAR that took the place of its own: by the site's wish, or as a correction undoes an end."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from actionplans.models import (
    ActionPlan,
    Comment,
    EvidenceFile,
    PlanShare,
    PrivateNote,
    Reply,
    ShareStatus,
    ShownTo,
    Subject,
    SubjectKind,
    UpdateAgreement,
)
from actionplans.plans.drafts import draft_of, today_at
from actionplans.plans.services import carry_on_plan, note_uploaded, publish_plan
from actionplans.sharing.services import reply
from actionplans.standing import earlier_plans
from actionplans.updates.services import Terms
from carportal.core.actor import Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from findings.models import Access, Audit, EntryType, Finding
from stakeholders.reminding import sweep
from tests.actionplans.agreeing import TODAY, agree, end, post, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    add_file,
    add_row,
    end_by_next_audit,
    kept_files,
    make_finding,
    make_plan,
    share_with,
    texts_of,
    write,
)
from tests.actionplans.pages import Response, client_of, main_of, text_of
from tests.actionplans.talking import note, say
from tests.factories import make_actor, make_operator, make_relationship, make_site, make_supplier
from tests.findings.making import Auditing, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


class TestBySite:
    @pytest.fixture
    def successor(self, story: Story, plan: ActionPlan) -> Finding:
        """The CAR that took the place of the plan's own, which had five actions, two of them at their end."""
        cause = add_row(plan, story.alice, "causes", what="An agency charges workers.")
        add_row(plan, story.alice, "whys", cause, because="Our contract lets it.")
        union = add_row(plan, story.alice, "stakeholders", name="The union")
        repay = add_row(plan, story.alice, "actions", what="Repay.", state="under_way")
        add_row(plan, story.alice, "actions", what="Tell.", state="done")
        add_row(plan, story.alice, "actions", what="Train.", owner=str(union))
        add_row(plan, story.alice, "actions", what="Sue.", state="dropped", reason="Not needed.")
        add_row(plan, story.alice, "actions", what="Begin.")
        add_file(plan, story.alice, "own.txt", subject=Subject(SubjectKind.ACTION, repay))
        successor = make_finding(
            story.site, raw_code="1.A.B", issue_title="Fees again", details="An audit later, fees were paid."
        )
        end_by_next_audit(plan.finding, successor=successor)
        return successor

    def test_text_goes_over_and_the_new_audits_facts_take_the_place_of_the_old(
        self, story: Story, plan: ActionPlan, successor: Finding
    ):
        before = texts_of(plan)
        carried = carry_on_plan(finding_id=successor.pk, actor=story.bob, from_plan_id=plan.pk)
        assert (carried.finding, carried.carried_on_from) == (successor, plan)
        assert texts_of(carried) == {
            **before,
            "date": today_at(story.site, timezone.now()).isoformat(),
            "issue": "1.A.B Fees again",
            "details": "An audit later, fees were paid.",
        }
        assert texts_of(plan) == before
        entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=carried.pk, reader=Reader.SITE)
        assert [each.sentence for each in entries] == [f"Carried the plan on from {story.finding}"]
        assert verify().whole

    def test_unfinished_actions_go_on_as_the_same_rows_and_finished_ones_stay(
        self, story: Story, plan: ActionPlan, successor: Finding
    ):
        rows = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups
        carried = carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=plan.pk)
        went = draft_of(ActionPlan.objects.get(pk=carried.pk)).groups
        assert [row.cells["what"] for row in went["actions"]] == ["Repay.", "Train.", "Begin."]
        assert [
            row for row in rows["actions"] if row.cells["what"] in {"Repay.", "Train.", "Begin."}
        ] == list(went["actions"])
        for name in ("causes", "whys", "stakeholders"):
            assert went[name] == rows[name]
            assert went[name]
        stayed = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups
        assert stayed == rows

    def test_page_says_before_what_comes_along_and_what_does_not(self, story: Story, successor: Finding):
        page = text_of(client_of(story.alice).get(reverse("plan_carry_on", args=[successor.pk])))
        along, _heading, stays = page.partition("Stays with the earlier plan")
        assert "3 actions that are planned or under way Repay. (Under way) Train. (Planned)" in along
        assert "Causes, step by step: 1" in along
        assert "Stakeholders, one by one: 1" in along
        assert "2 actions that are done or dropped Tell. (Done) Sue. (Dropped)" in stays
        assert "0 versions, 0 updates, 1 file" in stays

    def test_page_costs_the_same_for_several_plans(
        self,
        story: Story,
        successor: Finding,
        django_assert_num_queries: DjangoAssertNumQueries,
    ):
        client, page = client_of(story.alice), reverse("plan_carry_on", args=[successor.pk])
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        for _number in range(2):
            other = make_plan(make_finding(story.site), story.alice)
            end_by_next_audit(other.finding, successor=successor)
        with django_assert_num_queries(len(queries)):
            client.get(page)

    def test_it_is_a_draft_that_nobody_else_has(self, story: Story, plan: ActionPlan):
        """Who read the old plan is shown the new one only when the site shares it."""
        share_with(plan, story.alice, story.customer)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        successor = make_finding(story.site)
        end_by_next_audit(story.finding, successor=successor)
        carried = carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=plan.pk)
        assert (carried.published, carried.uploaded_on, carried.revisions.count()) == (None, None, 0)
        assert not carried.shares.exists()
        assert list(Finding.objects.visible_to(story.dora)) == [story.finding]
        assert states(successor) == ["open"]
        publish_plan(plan_id=carried.pk, actor=story.alice)
        assert states(successor) == ["in_progress"]

    def test_plan_of_another_car_cannot_be_carried_on(self, story: Story, successor: Finding):
        stranger = make_plan(make_finding(story.site), story.alice)
        with pytest.raises(InvalidInput, match="not written for a CAR which this one takes the place of"):
            carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=stranger.pk)
        assert not ActionPlan.objects.filter(finding=successor).exists()

    def test_plan_that_is_there_already_is_not_written_over(
        self, story: Story, plan: ActionPlan, successor: Finding
    ):
        there = make_plan(successor, story.alice, {"actions": "A new start."})
        with pytest.raises(Conflict, match="has a plan of its own already"):
            carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=plan.pk)
        assert texts_of(there)["actions"] == "A new start."

    def test_plan_is_not_carried_on_to_a_car_that_has_ended_too(
        self, story: Story, plan: ActionPlan, successor: Finding
    ):
        end_by_next_audit(successor)
        with pytest.raises(Conflict, match="has been closed"):
            carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=plan.pk)

    def test_only_the_sites_editors_and_managers_carry_it_on(
        self, story: Story, plan: ActionPlan, successor: Finding
    ):
        for actor in (
            story.carol,
            story.dora,
            make_actor(make_supplier(), Role.MANAGER),
            make_actor(make_operator(), Role.COMPLIANCE),
        ):
            with pytest.raises(NotAllowed):
                carry_on_plan(finding_id=successor.pk, actor=actor, from_plan_id=plan.pk)
        assert not ActionPlan.objects.filter(finding=successor).exists()

    def test_site_is_offered_the_plans_of_all_it_supersedes_the_latest_first(
        self, story: Story, plan: ActionPlan
    ):
        successor = make_finding(story.site)
        later = make_plan(make_finding(story.site, raised_on=date(2026, 9, 1)), story.alice)
        make_plan(make_finding(story.site), story.alice)
        for finding in (story.finding, later.finding):
            end_by_next_audit(finding, successor=successor)
        assert earlier_plans(successor) == [later, plan]


class TestFilesOfTheEarlierPlan:
    """They stay with it, are read from the plan that it is carried on as, and by nobody who could not read them there."""

    @pytest.fixture
    def action(self, story: Story, plan: ActionPlan) -> UUID:
        return add_row(plan, story.alice, "actions", what="Repay the fees.")

    @pytest.fixture
    def carried(self, story: Story, plan: ActionPlan, action: UUID) -> ActionPlan:
        """Of a plan with files for the site, for one customer and for everyone, about an action and an update."""
        share = share_with(plan, story.alice, story.customer)
        subject = Subject(SubjectKind.ACTION, action)
        add_file(plan, story.alice, "own.txt")
        add_file(plan, story.alice, "hers.txt", party=story.customer)
        add_file(plan, story.alice, "action.txt", subject=subject, shown_to=ShownTo.READERS)
        post(share, story.alice, files={"update.txt": b"Forty."})
        publish_plan(plan_id=plan.pk, actor=story.alice)
        successor = make_finding(story.site)
        end_by_next_audit(story.finding, successor=successor)
        carried = carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=plan.pk)
        share_with(carried, story.alice, story.customer, story.other)
        publish_plan(plan_id=carried.pk, actor=story.alice)
        return carried

    @staticmethod
    def earlier(page: Response) -> dict[str, str]:
        tables = main_of(page).all("table", aria_labelledby="earlier-files")
        rows = [row.text for table in tables for row in table.all("tr")[1:]]
        return {row.split()[0].removesuffix(".txt"): row for row in rows}

    def test_are_read_there_as_each_reader_had_them(self, story: Story, carried: ActionPlan, action: UUID):
        site, operator = client_of(story.alice), client_of(make_actor(make_operator(), Role.COMPLIANCE))
        page = site.get(reverse("plan", args=[carried.finding_id]))
        assert set(self.earlier(page)) == {"own", "hers", "action", "update"}
        assert "Action: Repay the fees." in self.earlier(page)["action"]
        assert "Update of " in self.earlier(page)["update"]
        assert "action.txt" in main_of(page).one("tr", id=f"action-{action}").text
        assert "No files yet." in text_of(page)
        for organisation, actor, seen in (
            (story.customer, story.dora, {"hers", "action", "update"}),
            (story.other, make_actor(story.other), set()),
        ):
            share = carried.shares.get(organisation=organisation)
            for client in (client_of(actor), site):
                page = client.get(reverse("share", args=[share.pk]))
                assert set(self.earlier(page)) == seen
        assert set(self.earlier(operator.get(reverse("plan", args=[carried.finding_id])))) == {"action"}

    def test_lie_in_the_store_once(self, carried: ActionPlan):
        assert EvidenceFile.objects.filter(plan=carried).count() == 0
        assert len(kept_files()) == EvidenceFile.objects.count() == 4

    def test_are_found_with_its_versions_and_updates(
        self, story: Story, plan: ActionPlan, carried: ActionPlan
    ):
        site, there = client_of(story.alice), reverse("plan", args=[plan.finding_id])
        links = {
            link["href"] for link in main_of(site.get(reverse("plan", args=[carried.finding_id]))).all("a")
        }
        assert {f"{there}#{part}" for part in ("versions", "updates", "evidence")} <= links
        ids = {each["id"] for each in main_of(site.get(there)).walk() if "id" in each}
        assert {"versions", "updates", "evidence"} <= ids
        versions = site.get(reverse("plan_versions", args=[carried.finding_id]))
        assert {f"{there}#updates", f"{there}#evidence"} <= {
            link["href"] for link in main_of(versions).all("a")
        }
        old, new = plan.shares.get(), carried.shares.get(organisation=story.customer)
        page = client_of(story.dora).get(reverse("share", args=[new.pk]))
        assert main_of(page).all("a", href=f"{reverse('share', args=[old.pk])}#updates")
        others = carried.shares.get(organisation=story.other)
        page = client_of(make_actor(story.other)).get(reverse("share", args=[others.pk]))
        assert "earlier plan" not in text_of(page)


class TestByCorrection:
    """An audit wrongly closed the CAR; its new edition says that the issue is still there."""

    @pytest.fixture
    def auditing(self, story: Story) -> Auditing:
        """At another site of the supplier, which no audit has seen yet; the customer buys there too."""
        site = make_site(story.supplier)
        make_relationship(site, story.customer)
        return Auditing(site)

    @pytest.fixture
    def first(self, auditing: Auditing) -> Finding:
        return auditing.car(auditing.hold(date(2024, 3, 1), "5A.B"))

    def correct(self, auditing: Auditing, wrong: Audit, *cars: str) -> Audit:
        edition = auditing.correct(wrong)
        for car in cars:
            auditing.add(edition, car)
        return auditing.publish(edition)

    def test_published_plan_stays_published_and_every_party_keeps_what_it_has(
        self, story: Story, auditing: Auditing, first: Finding
    ):
        plan = make_plan(first, story.alice)
        share = share_with(plan, story.alice, story.customer, asks=CALL, note="For you.")
        reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
        write(plan, story.alice, actions="A newer way.")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        note_uploaded(plan_id=plan.pk, actor=story.alice, on=date(2024, 4, 1))
        write(plan, story.bob, actions="A way that nobody has read yet.")
        told = set(Notification.objects.values_list("pk", flat=True))
        wrong = auditing.hold(date(2025, 3, 1))
        assert states(first) == ["closed"]
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))

        carried = ActionPlan.objects.select_related("published").get(finding=new)
        before = ActionPlan.objects.select_related("published").get(pk=plan.pk)
        assert carried.published is not None
        assert before.published is not None
        assert carried.published != before.published
        assert (carried.published.sha256, carried.published.number) == (before.published.sha256, 2)
        assert carried.published.frozen_at == before.published.frozen_at
        assert (carried.published_at, carried.uploaded_on) == (before.published_at, before.uploaded_on)
        assert texts_of(carried) == texts_of(plan)
        assert states(first, new) == ["closed", "in_progress"]

        copy = PlanShare.objects.get(plan=carried)
        old, sent = share.sent.get(), copy.sent.get()
        assert (copy.organisation, copy.status) == (story.customer, ShareStatus.CONFIRMED)
        assert (sent.asks, sent.note, sent.sent_at) == (CALL, "For you.", old.sent_at)
        assert (sent.revision.sha256, sent.revision.plan) == (old.revision.sha256, carried)
        assert set(Finding.objects.visible_to(story.dora)) == {first, new}
        assert Access.objects.filter(finding=new).get().source_id == copy.pk
        assert set(PlanShare.objects.visible_to(story.dora)) == {share, copy}
        # What was replied stays where it was said; nobody is told of what they have read.
        assert Reply.objects.filter(sent__share=copy).count() == 0
        since = Notification.objects.exclude(pk__in=told)
        assert set(since.values_list("kind", flat=True)) <= {"car_raised_site", "car_raised_customer"}
        assert verify().whole

    def test_party_can_go_on_replying_under_the_new_car(
        self, story: Story, auditing: Auditing, first: Finding
    ):
        share_with(make_plan(first, story.alice), story.alice, story.customer)
        wrong = auditing.hold(date(2025, 3, 1))
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))
        copy = PlanShare.objects.get(plan__finding=new)
        assert copy.status == ShareStatus.AWAITING
        reply(share_id=copy.pk, actor=story.dora, sent_id=copy.sent.get().pk, kind="confirmed")
        assert states(new) == ["open"]

    def test_what_was_said_and_noted_stays_with_the_old_plan_and_its_readers(
        self, story: Story, auditing: Auditing, first: Finding
    ):
        plan = make_plan(first, story.alice)
        share = share_with(plan, story.alice, story.customer)
        said, kept = say(share, story.dora), note(plan, story.dora)
        wrong = auditing.hold(date(2025, 3, 1))
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))
        copy = PlanShare.objects.get(plan__finding=new)
        assert not Comment.objects.on(copy).exists()
        assert not copy.plan.private_notes.exists()
        for actor in (story.dora, story.carol):
            assert Comment.objects.visible_to(actor).get() == said
        assert PrivateNote.objects.visible_to(story.dora).get() == kept
        assert say(copy, story.dora).sent == copy.sent.get()

    def test_withdrawn_share_is_not_brought_back(self, story: Story, auditing: Auditing, first: Finding):
        share = share_with(make_plan(first, story.alice), story.alice, story.customer)
        PlanShare.objects.filter(pk=share.pk).update(status=ShareStatus.WITHDRAWN)
        wrong = auditing.hold(date(2025, 3, 1))
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))
        assert not PlanShare.objects.filter(plan__finding=new).exists()
        assert not Access.objects.filter(finding=new).exists()

    def test_two_plans_that_end_in_one_car_leave_the_first_and_lose_neither(
        self, story: Story, auditing: Auditing
    ):
        both = auditing.hold(date(2024, 3, 1), "5A.B one", "5A.B two")
        cars = [auditing.car(both, title=title) for title in ("one", "two")]
        plans = [make_plan(car, story.alice, {"actions": car.issue_title}) for car in cars]
        wrong = auditing.hold(date(2025, 3, 1))
        edition = auditing.correct(wrong)
        auditing.add(edition, "5A.B three")
        audit = auditing.publish(
            edition, choices=dict.fromkeys([car.pk for car in cars], edition.entries.get().pk)
        )
        new = audit.entries.get(type=EntryType.CAR).finding
        assert {car.raised_anew_as for car in Finding.objects.filter(pk__in=[car.pk for car in cars])} == {
            new
        }
        carried = ActionPlan.objects.get(finding=new)
        assert carried.carried_on_from in plans
        assert [texts_of(plan)["actions"] for plan in plans] == ["one", "two"]

    def test_what_was_agreed_about_updates_goes_on_with_each_share(
        self, story: Story, auditing: Auditing, first: Finding, monkeypatch: pytest.MonkeyPatch
    ):
        stand_still(monkeypatch, date(2026, 3, 2))
        plan = make_plan(first, story.alice)
        share = share_with(plan, story.alice, story.customer)
        agree(share, story.alice, story.dora, Terms(6, date(2026, 3, 31)))
        stand_still(monkeypatch, date(2026, 3, 31))
        post(share, story.alice)
        wrong = auditing.hold(date(2025, 3, 1))
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))
        agreed = UpdateAgreement.objects.get(share__plan__finding=new)
        assert (agreed.months, agreed.first_due, agreed.next_due) == (
            6,
            date(2026, 3, 31),
            date(2026, 9, 30),
        )
        assert agreed.share.organisation == story.customer
        assert not agreed.share.updates.exists()  # what was posted stays with the old plan
        Notification.objects.all().delete()
        assert sweep(date(2026, 9, 30)).owed["update_due"] == 2
        assert {each.object_id for each in Notification.objects.all()} == {agreed.share.plan_id}

    def test_agreement_that_was_ended_is_not_brought_back(
        self, story: Story, auditing: Auditing, first: Finding, monkeypatch: pytest.MonkeyPatch
    ):
        stand_still(monkeypatch, TODAY)
        share = share_with(make_plan(first, story.alice), story.alice, story.customer)
        agree(share, story.alice, story.dora)
        end(share, story.dora)
        wrong = auditing.hold(date(2025, 3, 1))
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))
        assert PlanShare.objects.filter(plan__finding=new).exists()
        assert not UpdateAgreement.objects.filter(share__plan__finding=new).exists()

    def test_files_are_read_under_the_new_car_as_they_were(
        self, story: Story, auditing: Auditing, first: Finding
    ):
        plan = make_plan(first, story.alice)
        action = add_row(plan, story.alice, "actions", what="Repay.", state="done")
        share_with(plan, story.alice, story.customer)
        add_file(
            plan,
            story.alice,
            "paid.txt",
            subject=Subject(SubjectKind.ACTION, action),
            shown_to=ShownTo.READERS,
        )
        wrong = auditing.hold(date(2025, 3, 1))
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))
        carried = ActionPlan.objects.get(finding=new)
        assert draft_of(carried).groups == draft_of(ActionPlan.objects.get(pk=plan.pk)).groups
        (copy,) = carried.revisions.all()
        assert list(copy.row_readers.values_list("row_id", "reader_id")) == [(action, None)]
        page = client_of(story.dora).get(reverse("share", args=[carried.shares.get().pk]))
        assert "paid.txt" in main_of(page).one("tr", id=f"action-{action}").text

    def test_car_without_a_plan_takes_none_along(self, auditing: Auditing, first: Finding):
        wrong = auditing.hold(date(2025, 3, 1))
        new = auditing.car(self.correct(auditing, wrong, "5A.B"))
        assert states(first, new) == ["closed", "open"]
        assert not ActionPlan.objects.exists()
