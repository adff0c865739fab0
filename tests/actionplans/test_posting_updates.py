"""A site posts what happened: to whom it goes, which dates it moves on, what it must not disclose unasked."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection

from actionplans.models import ActionPlan, PlanShare, SharedUpdate, Update, UpdateAgreement
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.services import withdraw_share
from actionplans.updates.querysets import late_since
from actionplans.updates.services import Terms, post_update
from carportal.core.actor import SYSTEM, Role
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from findings.filters import Filters, Viewpoint
from findings.models import Finding
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, post, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, share_with
from tests.factories import make_actor, make_audit_company, make_operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def other(story: Story, plan: ActionPlan, share: PlanShare) -> PlanShare:
    return share_with(plan, story.alice, story.other)


def dates_of(agreement: UpdateAgreement) -> tuple[date, date | None]:
    agreement.refresh_from_db()
    return agreement.next_due, agreement.remind_on


def test_the_day_of_an_update_is_kept_with_the_car_for_lists(story: Story, share: PlanShare) -> None:
    assert share.plan.finding.last_update_on is None
    post(share, story.alice)
    assert Finding.objects.get(pk=share.plan.finding_id).last_update_on == TODAY


def test_updates_from_before_there_was_such_a_day_are_known_too(story: Story, share: PlanShare) -> None:
    post(share, story.alice)
    Finding.objects.update(last_update_on=None)
    with connection.cursor() as cursor:
        # In a migration nothing waits to be checked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(import_module("actionplans.migrations.0028_last_updates_known_of_each").FILL)
    posted = Update.objects.get().posted_at.date()
    assert Finding.objects.get(pk=share.plan.finding_id).last_update_on == posted


class TestWhoGetsIt:
    def test_each_party_reads_what_was_sent_to_it_and_the_site_everything(
        self, story: Story, share: PlanShare, other: PlanShare
    ):
        both = post(share, story.alice, other, text="For both.")
        hers = post(share, story.alice, text="For Northmarket.")
        dora, erik = story.dora, make_actor(story.other)
        seen = {
            actor: list(Update.objects.visible_to(actor))
            for actor in (story.alice, story.carol, dora, erik, SYSTEM)
        }
        assert seen == {
            story.alice: [hers, both],
            story.carol: [hers, both],
            dora: [hers, both],
            erik: [both],
            SYSTEM: [hers, both],
        }
        assert {each.share for each in SharedUpdate.objects.visible_to(dora)} == {share}

    def test_neither_the_operator_nor_an_auditor_reads_any(self, story: Story, share: PlanShare):
        post(share, story.alice)
        for organisation in (make_operator(), make_audit_company()):
            actor = make_actor(organisation, Role.COMPLIANCE)
            assert not Update.objects.visible_to(actor).exists()
            assert not SharedUpdate.objects.visible_to(actor).exists()

    def test_whom_the_plan_is_no_longer_shared_with_reads_none_any_more(self, story: Story, share: PlanShare):
        post(share, story.alice)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert not Update.objects.visible_to(story.dora).exists()

    @pytest.mark.usefixtures("other")
    def test_everybody_of_a_party_is_told_once_of_each(self, story: Story, share: PlanShare):
        viewer = make_actor(story.customer, Role.VIEWER)
        for text in ("One.", "One.", "Two."):
            post(share, story.alice, text=text)
        told = Notification.objects.filter(kind="update_posted")
        assert {each.recipient_id for each in told} == {story.dora.user_id, viewer.user_id}
        assert told.count() == 4
        assert Update.objects.count() == 2  # the first was sent twice

    def test_record_tells_each_party_of_its_own(
        self, story: Story, plan: ActionPlan, share: PlanShare, other: PlanShare
    ):
        post(share, story.alice, other)

        def read(reader: Reader, share: PlanShare | None = None) -> list[str]:
            party_id = share.organisation_id if share else None
            entries = timeline(
                aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader, party_id=party_id
            )
            return [each.sentence for each in entries if each.kind == "update_posted"]

        assert read(Reader.PARTY, share) == ["Posted an update to Northmarket Ltd"]
        assert read(Reader.PARTY, other) == ["Posted an update to Fairprice Stores plc"]
        assert len(read(Reader.SITE)) == len(read(Reader.OPERATOR)) == 2


class TestRefusals:
    def test_only_those_who_write_for_the_site_post(self, story: Story, share: PlanShare):
        for actor in (story.carol, story.dora, make_actor(make_operator(), Role.COMPLIANCE)):
            with pytest.raises(NotAllowed):
                post(share, actor)
        assert not Update.objects.exists()

    @pytest.mark.parametrize(
        ("text", "field"), [("", "text"), (" \n\u2028\0 ", "text"), ("x" * 5001, "text")]
    )
    def test_text_has_to_be_there_and_to_fit(self, story: Story, share: PlanShare, text: str, field: str):
        with pytest.raises(InvalidInput) as refused:
            post(share, story.alice, text=text)
        assert list(refused.value.fields) == [field]

    def test_somebody_has_to_be_chosen(self, story: Story, plan: ActionPlan):
        with pytest.raises(InvalidInput) as refused:
            post_update(plan_id=plan.pk, actor=story.alice, text="Something.", share_ids=[])
        assert list(refused.value.fields) == ["party"]

    def test_all_get_it_or_none(self, story: Story, share: PlanShare, other: PlanShare):
        withdraw_share(share_id=other.pk, actor=story.alice)
        with pytest.raises(Conflict, match="not shared any more with one of those"):
            post(share, story.alice, other)
        assert not Update.objects.exists()

    def test_nothing_is_posted_once_the_car_has_ended(self, story: Story, share: PlanShare):
        end_by_next_audit(story.finding)
        with pytest.raises(Conflict, match="has been closed"):
            post(share, story.alice)


class TestNames:
    """An update is read by one party and must not tell it of another."""

    def test_name_of_another_party_is_asked_about(self, story: Story, share: PlanShare, other: PlanShare):
        text = "Northmarket and Fairprice agreed to pay a part."
        with pytest.raises(NamesDisclosed) as asked:
            post(share, story.alice, other, text=text)
        assert asked.value.names == {story.customer.pk: [story.other], story.other.pk: [story.customer]}
        assert not Update.objects.exists()
        post_update(
            plan_id=share.plan_id,
            actor=story.alice,
            text=text,
            share_ids=[share.pk, other.pk],
            confirmed_names={story.customer.pk: [story.other.pk], story.other.pk: [story.customer.pk]},
        )
        assert Update.objects.count() == 1

    def test_confirmed_for_one_reader_is_not_confirmed_for_the_other(
        self, story: Story, share: PlanShare, other: PlanShare
    ):
        with pytest.raises(NamesDisclosed) as asked:
            post_update(
                plan_id=share.plan_id,
                actor=story.alice,
                text="Northmarket and Fairprice agreed.",
                share_ids=[share.pk, other.pk],
                confirmed_names={story.customer.pk: [story.other.pk]},
            )
        assert asked.value.names == {story.other.pk: [story.customer]}

    def test_own_name_is_no_news(self, story: Story, share: PlanShare):
        post(share, story.alice, text="We met Northmarket.")
        assert Update.objects.count() == 1


class TestDates:
    @pytest.mark.parametrize(
        ("on", "then", "counted"),
        [
            (date(2026, 5, 16), date(2026, 5, 31), None),
            (date(2026, 5, 17), date(2026, 8, 31), date(2026, 5, 31)),
            (date(2026, 6, 9), date(2026, 8, 31), date(2026, 5, 31)),
        ],
    )
    def test_date_moves_on_with_an_update_that_counts_for_it(
        self,
        story: Story,
        share: PlanShare,
        monkeypatch: pytest.MonkeyPatch,
        on: date,
        then: date,
        counted: date | None,
    ):
        agreement = agree(share, story.alice, story.dora)
        stand_still(monkeypatch, on)
        update = post(share, story.alice)
        due, remind_on = dates_of(agreement)
        assert due == then
        assert remind_on == (agreement.remind_on if counted is None else on + timedelta(days=1))
        assert update.sent.get().counted_for == counted

    def test_only_for_those_who_got_it(
        self, story: Story, share: PlanShare, other: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        erik = make_actor(story.other)
        agreements = [agree(share, story.alice, story.dora), agree(other, story.alice, erik)]
        stand_still(monkeypatch, IN_MAY.first_due)
        post(share, story.alice)
        assert [dates_of(each)[0] for each in agreements] == [date(2026, 8, 31), date(2026, 5, 31)]

    def test_day_is_the_one_at_the_site(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        """In Auckland it is the 17th when it is the 16th in Greenwich, at noon."""
        story.site.time_zone = "Pacific/Auckland"
        story.site.save()
        agreement = agree(share, story.alice, story.dora)
        stand_still(monkeypatch, date(2026, 5, 16))
        post(share, story.alice)
        assert dates_of(agreement)[0] == date(2026, 8, 31)

    def test_without_an_agreement_no_date_moves(self, story: Story, share: PlanShare):
        assert post(share, story.alice).sent.get().counted_for is None


class TestLate:
    def test_update_is_late_from_the_day_after_its_date(self, story: Story, share: PlanShare):
        agreement = agree(share, story.alice, story.dora)
        on_the_day, after = date(2026, 5, 31), date(2026, 6, 1)
        assert not UpdateAgreement.objects.late(on_the_day).exists()
        assert UpdateAgreement.objects.due_by(on_the_day).get() == agreement
        assert UpdateAgreement.objects.late(after).get() == agreement
        assert (late_since(story.finding, on_the_day), late_since(story.finding, after)) == (None, on_the_day)

    def test_no_update_is_late_once_share_or_car_has_ended(
        self, story: Story, share: PlanShare, other: PlanShare
    ):
        agree(share, story.alice, story.dora)
        agree(other, story.alice, make_actor(story.other))
        late = UpdateAgreement.objects.late(date(2027, 1, 1))
        assert late.count() == 2
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert late.all().get().share == other
        end_by_next_audit(story.finding)
        assert not late.all().exists()

    def test_cars_with_a_late_update_are_those_that_the_reader_may_know_of(
        self, story: Story, share: PlanShare, other: PlanShare
    ):
        erik = make_actor(story.other)
        agree(share, story.alice, story.dora)
        agree(other, story.alice, erik, Terms(12, date(2026, 12, 31)))
        on = date(2026, 6, 1)
        operator = make_actor(make_operator(), Role.COMPLIANCE)
        found = {
            actor: Filters(Viewpoint(actor, on), {"updates": "late"}).findings.count()
            for actor in (story.alice, story.dora, erik, operator, make_actor(make_audit_company()))
        }
        assert list(found.values()) == [1, 1, 0, 1, 0]
