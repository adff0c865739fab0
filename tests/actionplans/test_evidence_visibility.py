"""Who sees which file of a plan, and whom a file tells of whom."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from actionplans.evidence.services import (
    NamesShown,
    show_evidence,
)
from actionplans.models import ActionPlan, EvidenceFile, Scan, ShownTo
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import NOBODY, SYSTEM, Actor, Role
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    add_file,
    end_by_next_audit,
    make_ngo,
    record_of,
    refused_evidence,
    share_with,
)
from tests.actionplans.pages import let_see_plans
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


class TestReading:
    """Who sees what, when it is shown to the site, to one party, or to everyone."""

    @pytest.fixture
    def files(self, story: Story, plan: ActionPlan) -> dict[str, EvidenceFile]:
        share_with(plan, story.alice, story.customer)
        share_with(plan, story.alice, story.other)
        return {
            "site": add_file(plan, story.alice, "site.txt"),
            "customer": add_file(plan, story.alice, "customer.txt", party=story.customer),
            "other": add_file(plan, story.alice, "other.txt", party=story.other),
            "all": add_file(plan, story.alice, "all.txt", shown_to=ShownTo.READERS),
        }

    @staticmethod
    def seen(actor: Actor) -> set[str]:
        return {file.name.removesuffix(".txt") for file in EvidenceFile.objects.visible_to(actor)}

    def test_follows_the_shares(self, story: Story, plan: ActionPlan, files: dict[str, EvidenceFile]) -> None:
        operator, lister = make_actor(make_operator(), Role.COMPLIANCE), make_ngo()
        for actor, seen in (
            (story.alice, set(files)),
            (story.carol, set(files)),
            (SYSTEM, set(files)),
            (story.dora, {"customer", "all"}),
            (make_actor(story.other, Role.VIEWER), {"other", "all"}),
            (make_actor(lister), set()),
            (make_actor(make_supplier()), set()),
            (make_actor(make_audit_company()), set()),
            (make_actor(plan.finding.audit.audit_company), set()),
            (operator, set()),
            (NOBODY, set()),
        ):
            assert self.seen(actor) == seen
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert self.seen(operator) == {"all"}
        assert self.seen(make_actor(plan.finding.audit.audit_company)) == set()

    @pytest.mark.usefixtures("files")
    def test_ends_with_the_share_and_comes_back_with_it(self, story: Story, plan: ActionPlan) -> None:
        withdraw_share(share_id=plan.shares.get(organisation=story.customer).pk, actor=story.alice)
        assert self.seen(story.dora) == set()
        share_with(plan, story.alice, story.customer)
        assert self.seen(story.dora) == {"customer", "all"}

    @pytest.mark.usefixtures("files")
    def test_of_what_everyone_sees_comes_with_the_published_plan(
        self, story: Story, plan: ActionPlan
    ) -> None:
        withdraw_share(share_id=plan.shares.get(organisation=story.customer).pk, actor=story.alice)
        let_see_plans(story, story.customer)
        assert self.seen(story.dora) == set()
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert self.seen(story.dora) == {"all"}

    @pytest.mark.usefixtures("files")
    def test_page_of_a_share_lists_what_its_party_sees(self, story: Story) -> None:
        for party, actor in ((story.customer, story.dora), (story.other, make_actor(story.other))):
            shown = EvidenceFile.objects.visible_to(story.alice).shown_to_party(party.pk)
            assert set(shown) == set(EvidenceFile.objects.visible_to(actor))

    @pytest.mark.parametrize("scan", [Scan.UNSCANNED, Scan.PENDING, Scan.ERROR, Scan.INFECTED])
    def test_waits_for_the_scan_where_files_are_scanned(
        self, story: Story, plan: ActionPlan, settings: Settings, scan: Scan
    ) -> None:
        settings.CLAMD_URL = "tcp://127.0.0.1:1"
        share_with(plan, story.alice, story.customer)
        made = add_file(plan, story.alice, shown_to=ShownTo.READERS)
        assert made.scan == Scan.PENDING
        EvidenceFile.objects.bulk_create([self._like(made, scan)])
        assert self.seen(story.dora) == set()
        EvidenceFile.objects.bulk_create([self._like(made, Scan.CLEAN)])
        assert self.seen(story.dora) == {"receipts"}

    @staticmethod
    def _like(file: EvidenceFile, scan: Scan) -> EvidenceFile:
        values = {field.attname: getattr(file, field.attname) for field in EvidenceFile._meta.concrete_fields}
        return EvidenceFile(**{**values, "id": uuid4(), "storage_key": str(uuid4()), "scan": scan})


class TestShowing:
    def test_moves_the_file_to_other_readers(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice)
        for shown_to, party, seen, words in (
            (ShownTo.READERS, None, True, "everyone who reads the plan"),
            (ShownTo.PARTY, story.customer, True, "Northmarket Ltd"),
            (ShownTo.SITE, None, False, "only your organisation"),
        ):
            show_evidence(
                file_id=file.pk, actor=story.bob, shown_to=shown_to, party_id=party.pk if party else None
            )
            assert EvidenceFile.objects.visible_to(story.dora).exists() is seen
            assert record_of(plan)[-1] == f"Changed who sees the file “receipts.txt”, now: {words}"

    def test_twice_is_once(self, story: Story, plan: ActionPlan) -> None:
        file = add_file(plan, story.alice)
        before = AuditEvent.objects.count()
        show_evidence(file_id=file.pk, actor=story.alice, shown_to=ShownTo.SITE)
        assert AuditEvent.objects.count() == before

    def test_is_the_sites_to_say_also_once_the_car_has_ended(self, story: Story, plan: ActionPlan) -> None:
        file = add_file(plan, story.alice, shown_to=ShownTo.READERS)
        end_by_next_audit(story.finding)
        show_evidence(file_id=file.pk, actor=story.alice, shown_to=ShownTo.SITE)
        assert EvidenceFile.objects.get().shown_to == ShownTo.SITE

    def test_is_nobody_elses_to_say(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, shown_to=ShownTo.READERS)
        for actor in (story.carol, story.dora, make_actor(make_operator(), Role.COMPLIANCE)):
            refused_evidence(
                NotAllowed, partial(show_evidence, file_id=file.pk, actor=actor, shown_to=ShownTo.SITE)
            )

    def test_to_a_party_without_the_plan_is_refused(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice)
        for party_id in (story.other.pk, story.supplier.pk, uuid4(), None):
            refused_evidence(
                InvalidInput,
                partial(
                    show_evidence,
                    file_id=file.pk,
                    actor=story.alice,
                    shown_to=ShownTo.PARTY,
                    party_id=party_id,
                ),
            )


class TestNamesOfOthers:
    @pytest.mark.parametrize(
        "words", [{"name": "Fairprice-order.txt"}, {"description": "For FAIRPRICE STORES"}]
    )
    @pytest.mark.parametrize("reader", ["everyone", "customer"])
    def test_are_not_told_unless_that_is_confirmed(
        self, story: Story, plan: ActionPlan, words: dict[str, Any], reader: str
    ) -> None:
        share_with(plan, story.alice, story.customer)
        shown: dict[str, Any] = (
            {"shown_to": ShownTo.READERS} if reader == "everyone" else {"party": story.customer}
        )
        story.other.name = "Fairprice plc" if "name" in words else story.other.name
        story.other.save()
        error = refused_evidence(NamesShown, partial(add_file, plan, story.alice, **words, **shown))
        assert isinstance(error, NamesShown)
        assert error.names == [story.other]
        assert add_file(plan, story.alice, **words, **shown, confirmed_names=[story.other.pk])

    def test_may_be_anywhere_as_long_as_the_site_alone_sees_it(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, "Fairprice Stores.txt")
        refused_evidence(
            NamesShown,
            partial(show_evidence, file_id=file.pk, actor=story.alice, shown_to=ShownTo.READERS),
        )

    def test_are_no_secret_from_the_one_that_is_named(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        assert add_file(plan, story.alice, "Northmarket.txt", party=story.customer)
