"""A party is never told of another by accident: names in the text and in notes are found and confirmed first."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actionplans.models import ActionPlan
from actionplans.plans.drafts import draft_of
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.disclosure import named_in, rows_naming
from actionplans.sharing.services import Party, share_plan
from stakeholders.models import Organisation, TradingRelationship
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    make_ngo,
    refused_to_share,
    share_with,
    write,
)
from tests.factories import (
    make_customer,
)

pytestmark = pytest.mark.django_db


class TestNames:
    def test_names_of_other_parties_are_refused_until_they_are_confirmed(
        self, story: Story, plan: ActionPlan
    ):
        write(plan, story.alice, stakeholders="Northmarket and FAIRPRICE stores share the cost.")
        parties = [Party(story.customer.pk, CONFIRM), Party(story.other.pk, CONFIRM)]
        error = refused_to_share(plan, story.alice, *parties, error=NamesDisclosed)
        assert error.names == {story.customer.pk: [story.other], story.other.pk: [story.customer]}
        half = [parties[0]._replace(confirmed_names=[story.other.pk]), parties[1]]
        error = refused_to_share(plan, story.alice, *half, error=NamesDisclosed)
        assert error.names == {story.other.pk: [story.customer]}
        both = [half[0], parties[1]._replace(confirmed_names=[story.customer.pk])]
        assert len(share_plan(plan_id=plan.pk, actor=story.alice, parties=both)) == 2

    def test_partys_own_name_and_a_party_that_is_none_are_no_disclosure(self, story: Story, plan: ActionPlan):
        make_customer("Unrelated Retail")
        write(plan, story.alice, stakeholders="Northmarket, and perhaps Unrelated Retail.")
        assert share_with(plan, story.alice, story.customer)

    def test_note_is_looked_at_too(self, story: Story, plan: ActionPlan):
        note = Party(story.customer.pk, CONFIRM, "Fairprice agreed.")
        refused_to_share(plan, story.alice, note, error=NamesDisclosed)
        document = draft_of(plan).document
        assert [str(each) for each in rows_naming(story.other, document, note.note)] == ["Note"]

    def test_former_customer_and_party_that_joins_are_still_others(self, story: Story, plan: ActionPlan):
        ngo = make_ngo()
        TradingRelationship.objects.filter(customer=story.other).update(ended_at=timezone.now())
        write(plan, story.alice, stakeholders="Fairprice Stores; Fair Work Alliance.")
        error = refused_to_share(
            plan, story.alice, Party(story.customer.pk, CONFIRM), Party(ngo.pk, CALL), error=NamesDisclosed
        )
        assert error.names == {story.customer.pk: [ngo, story.other], ngo.pk: [story.other]}

    @pytest.mark.parametrize(
        ("name", "text", "is_named"),
        [
            ("Northmarket Ltd", "we met NORTHMARKET.", True),
            ("Northmarket Ltd", "the northmarketing team", False),
            ("Marks & Spencer plc", "Marks and Spencer", False),
            ("Marks & Spencer plc", "Marks&Spencer's office", True),
            ("Café Zürich AG", "cafe zurich", True),
            ("Co", "our co workers", True),
            ("Sainte-Marie SA", "Sainte Marie", True),
            ("株式会社北市場", "顧客の株式会社北市場と話した", True),
            ("บริษัทเหนือ", "เราคุยกับบริษัทเหนือแล้ว", True),
            ("Северный рынок", "СЕВЕРНЫЙ РЫНОК", True),
            ("...", "...", False),
        ],
    )
    def test_name_is_found_as_people_write_it(self, name: str, text: str, is_named: bool):
        assert bool(named_in(text, [Organisation(name=name, reference="ZC1")])) is is_named

    @given(
        st.lists(st.sampled_from(["the", "cost", "fees", "of", "–", "\n", "12"]), max_size=8),
        st.lists(st.sampled_from(["share", "and", "(", "workers"]), max_size=8),
        st.sampled_from(
            ["Northmarket Ltd", "NORTH-MARKET", "north market", "zc1000123", "Nórth  Market Ltd."]
        ),
    )
    def test_name_is_found_wherever_it_stands(self, before: list[str], after: list[str], written: str):
        organisation = Organisation(name="North-Market Ltd", reference="ZC1000123")
        if written.startswith("Northmarket"):
            organisation.name = "Northmarket"
        assert named_in(" ".join([*before, written, *after]), [organisation]) == [organisation]
        assert named_in(" ".join([*before, *after]), [organisation]) == []
