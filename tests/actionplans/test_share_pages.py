"""Sharing in three steps: with whom, what each is asked, and a look at what each will get."""

from collections.abc import Iterable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare, Revision
from carportal.core.actor import OrganisationKind
from stakeholders.models import Organisation, TradingRelationship
from stakeholders.services import end_relationship
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    end_by_next_audit,
    make_finding,
    make_ngo,
    make_plan,
    share_with,
    write,
)
from tests.actionplans.pages import (
    Response,
    client_of,
    data_of,
    form_of,
    heading_of,
    main_of,
    problems_of,
    send,
    text_of,
)
from tests.factories import (
    make_audit_company,
    make_customer,
    make_organisation,
    make_relationship,
    make_supplier,
)

# Login, actor, CAR and plan; then what the step itself reads, however many parties there are.
QUERIES = {"whom": 9, "asks": 12}


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def address(plan: ActionPlan) -> str:
    return f"/cars/{plan.finding_id}/plan/share/"


def choices(response: Response) -> list[str]:
    """Whom the page offers."""
    return [label.text for label in form_of(response).all("label", class_="form-check-label")]


def asked(alice: Client, address: str, *organisations: Organisation) -> Response:
    """The second step: what to ask of these."""
    return send(alice, alice.get(address), party=[str(each.pk) for each in organisations])


def answers(organisation: Organisation, note: str = "", **asks: str) -> dict[str, str]:
    """What a person ticks and types for one party."""
    return {f"{organisation.pk}-{key}": value for key, value in {**asks, "note": note}.items()}


def checked(alice: Client, address: str, *organisations: Organisation, note: str = "") -> Response:
    """The third step: each is asked to confirm, with this note."""
    given = [answers(each, note, confirm_requirements="yes") for each in organisations]
    filled = {name: value for each in given for name, value in each.items()}
    return send(alice, asked(alice, address, *organisations), **filled)


def part_for(response: Response, organisation: Organisation) -> str:
    """What the check page says of one party."""
    return main_of(response).one("section", aria_labelledby=f"party-{organisation.pk}").text


def shares() -> Iterable[tuple[str, dict[str, bool], str]]:
    return [
        (share.organisation.name, sent.asks, sent.note)
        for share in PlanShare.objects.order_by("organisation__name")
        for sent in share.sent.all()
    ]


class TestWhom:
    def test_offers_the_customers_of_the_site_and_nobody_else(
        self, story: Story, alice: Client, address: str
    ) -> None:
        make_relationship(customer=make_customer("Customer of another site"))
        former = make_relationship(story.site, make_customer("Former customer"))
        end_relationship(actor=story.bob, relationship_id=former.pk)
        assert choices(alice.get(address)) == ["Fairprice Stores plc", "Northmarket Ltd"]

    def test_tells_who_has_the_plan_and_how_it_stands(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        share_with(plan, story.alice, story.customer, make_ngo())
        assert choices(alice.get(address)) == [
            "Fair Work Alliance (has the plan: reply awaited)",
            "Fairprice Stores plc",
            "Northmarket Ltd (has the plan: reply awaited)",
        ]

    def test_asks_to_choose_somebody(self, alice: Client, address: str) -> None:
        page = send(alice, alice.get(address))
        assert problems_of(page) == ["Choose at least one organisation to share the plan with."]

    def test_asks_for_a_reference_where_the_site_has_no_customers(
        self, story: Story, alice: Client, address: str
    ) -> None:
        for relationship in TradingRelationship.objects.all():
            end_relationship(actor=story.bob, relationship_id=relationship.pk)
        page = alice.get(address)
        assert choices(page) == []
        refused = send(alice, page)
        assert problems_of(refused) == ["Choose at least one organisation to share the plan with."]
        assert main_of(refused).one("div", role="alert").one("a")["href"] == "#id_reference"

    def test_takes_another_party_by_its_exact_reference(self, alice: Client, address: str) -> None:
        ngo = make_ngo()
        page = send(alice, alice.get(address), reference=f" {ngo.reference.lower()} ")
        assert heading_of(page).endswith("What do you ask of each?")
        assert ngo.name in text_of(page)

    @pytest.mark.parametrize("kind", ["supplier", "auditor", "operator", "customer of another", "nobody"])
    def test_says_the_same_of_every_reference_that_cannot_be_given_the_plan(
        self, alice: Client, address: str, kind: str
    ) -> None:
        references = {
            "supplier": lambda: make_supplier().reference,
            "auditor": lambda: make_audit_company().reference,
            "operator": lambda: make_organisation(OrganisationKind.OPERATOR).reference,
            "customer of another": lambda: make_relationship().customer.reference,
            "nobody": lambda: "ZC1",
        }
        page = send(alice, alice.get(address), reference=references[kind]())
        assert problems_of(page) == [
            "The plan cannot be shared with an organisation of this reference. Check it letter by letter; "
            "a customer has to be added to the site first."
        ]

    def test_goes_back_with_the_same_choice(self, story: Story, alice: Client, address: str) -> None:
        page = asked(alice, address, story.customer)
        back = next(a for a in form_of(page).all("a") if a.text == "Share with others instead")
        assert data_of(form_of(alice.get(back["href"])))["party"] == [str(story.customer.pk)]

    def test_an_outline_lacks_what_even_an_outline_needs(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        write(plan, story.alice, date="", details="", root_cause="")
        page = alice.get(address)
        assert heading_of(page).endswith("The plan cannot be shared yet")
        links = [link["href"] for link in main_of(page).one("ul").all("a")]
        assert links == [f"/cars/{story.finding.pk}/plan/edit/#id_{name}" for name in ("date", "details")]


class TestAsks:
    def test_are_the_last_row_for_each_party_on_its_own(
        self, story: Story, alice: Client, address: str
    ) -> None:
        form = form_of(asked(alice, address, story.customer, story.other))
        for organisation in (story.customer, story.other):
            section = form.one("section", aria_labelledby=f"party-{organisation.pk}")
            legends = [legend.text for legend in section.all("legend")]
            assert legends == [
                "What action are you looking for as a result of this completed template?",
                "No action - we are progressing this with our major customers. This is for information only. "
                "The action has already moved to 'In progress' on Sedex.",
                "Confirmation that action proposed meets customer requirements so we can upload the action "
                "plan on Sedex.",
                "Schedule a call to discuss further the approach, check the proposed approach is the right "
                "one, and agree what the responsibilities of each party are (i.e. Customer, site actions etc.).",
                "Schedule a call to agree next steps to further investigate the root cause",
            ]
            assert "Do not name workers or children." in section.text

    def test_begin_unanswered_which_is_not_no(self, story: Story, alice: Client, address: str) -> None:
        data = data_of(form_of(asked(alice, address, story.customer)))
        assert {data[f"{story.customer.pk}-{key}"][0] for key in [*CONFIRM, *CALL]} == {""}

    def test_begin_with_what_was_asked_last(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        share_with(plan, story.alice, story.customer, asks=CALL, note="Only for then")
        data = data_of(form_of(asked(alice, address, story.customer)))
        assert data[f"{story.customer.pk}-call_on_approach"] == ["yes"]
        assert data[f"{story.customer.pk}-call_on_root_cause"] == ["no"]
        assert data[f"{story.customer.pk}-note"] == [""]

    def test_problems_name_the_party_and_lose_nothing(
        self, story: Story, alice: Client, address: str
    ) -> None:
        page = send(
            alice,
            asked(alice, address, story.customer, story.other),
            **answers(story.customer, "For you", information_only="yes", confirm_requirements="yes"),
            **answers(story.other, "For the other"),
        )
        assert problems_of(page) == [
            "Fairprice Stores plc: Say what you are looking for: answer at least one line with yes.",
            "Northmarket Ltd: “For information only” cannot be combined with anything else: answer the other "
            "lines with no.",
            "Northmarket Ltd: “For information only” is for a CAR that is in progress; this one is still open.",
        ]
        data = data_of(form_of(page))
        assert data[f"{story.customer.pk}-note"] == ["For you"]
        assert data[f"{story.other.pk}-note"] == ["For the other"]
        assert data[f"{story.customer.pk}-information_only"] == ["yes"]

    def test_a_note_that_is_too_long_stays_in_its_place(
        self, story: Story, alice: Client, address: str
    ) -> None:
        page = checked(alice, address, story.customer, note="x" * 2001)
        assert problems_of(page) == ["Northmarket Ltd: Note has 2,001 characters; the most is 2,000."]
        assert data_of(form_of(page))[f"{story.customer.pk}-note"] == ["x" * 2001]

    def test_of_nobody_lead_back_to_the_choice(self, alice: Client, address: str) -> None:
        for parties in ([], ["not an id"], [str(make_supplier().pk)]):
            assert alice.post(address, {"party": parties, "step": "check"})["Location"] == address

    def test_text_stays_when_the_car_has_ended_meanwhile(
        self, story: Story, alice: Client, address: str
    ) -> None:
        page = asked(alice, address, story.customer)
        end_by_next_audit(story.finding)
        refused = send(alice, page, **answers(story.customer, "A long note", confirm_requirements="yes"))
        assert refused.status_code == 409
        assert "closed by a later audit" in problems_of(refused)[0]
        assert data_of(form_of(refused))[f"{story.customer.pk}-note"] == ["A long note"]


class TestCheck:
    def test_shows_to_each_what_it_will_get_and_writes_nothing(
        self, story: Story, alice: Client, address: str
    ) -> None:
        page = send(
            alice,
            asked(alice, address, story.customer, story.other),
            **answers(story.customer, "Planting starts soon.", confirm_requirements="yes"),
            **answers(story.other, "See the second action.", call_on_approach="yes"),
        )
        mine, theirs = part_for(page, story.customer), part_for(page, story.other)
        assert "Planting starts soon." in mine
        assert "See the second action." in theirs
        for text, strangers in (
            (mine, ("Fairprice", "second action")),
            (theirs, ("Northmarket", "Planting")),
        ):
            assert "Repay the fees over twelve months." in text
            assert not any(stranger in text for stranger in strangers)
        assert not PlanShare.objects.exists()
        assert not Revision.objects.exists()

    def test_shares_with_all_of_them(self, story: Story, alice: Client, address: str) -> None:
        page = send(
            alice,
            asked(alice, address, story.customer, story.other),
            **answers(story.customer, "Planting starts soon.", confirm_requirements="yes"),
            **answers(story.other, call_on_approach="yes", call_on_root_cause="no"),
        )
        done = send(alice, page, press="Share the plan")
        assert done["Location"] == f"/cars/{story.finding.pk}/plan/"
        assert "Plan shared with Fairprice Stores plc and Northmarket Ltd." in text_of(
            alice.get(done["Location"])
        )
        assert shares() == [
            ("Fairprice Stores plc", CALL, ""),
            ("Northmarket Ltd", CONFIRM, "Planting starts soon."),
        ]

    def test_goes_back_to_the_answers_as_they_were(self, story: Story, alice: Client, address: str) -> None:
        page = send(
            alice, checked(alice, address, story.customer, note="My note"), press="Change what you ask"
        )
        data = data_of(form_of(page))
        assert data[f"{story.customer.pk}-note"] == ["My note"]
        assert data[f"{story.customer.pk}-confirm_requirements"] == ["yes"]

    def test_draft_that_was_changed_meanwhile_is_shown_before_it_is_shared(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        page = checked(alice, address, story.customer)
        write(plan, story.bob, actions="Bob's better idea")
        refused = send(alice, page, press="Share the plan")
        assert refused.status_code == 409
        assert "changed since you checked it" in problems_of(refused)[0]
        assert "Bob's better idea" in part_for(refused, story.customer)
        assert not PlanShare.objects.exists()
        assert send(alice, refused, press="Share the plan").status_code == 302

    def test_saved_draft_of_the_note_may_be_forgotten(
        self, story: Story, alice: Client, address: str
    ) -> None:
        page = asked(alice, address, story.customer)
        check = send(
            alice, page, draft_token="t0ken", **answers(story.customer, "Note", confirm_requirements="yes")
        )
        done = send(alice, check, press="Share the plan")
        assert 'content="t0ken"' in alice.get(done["Location"]).content.decode()


class TestNames:
    """The text names one customer, and is to be shared with the other."""

    @pytest.fixture
    def check(self, story: Story, plan: ActionPlan, alice: Client, address: str) -> Response:
        write(plan, story.alice, stakeholders="Fairprice, who buys most of the crop.")
        return checked(alice, address, story.customer, story.other, note="Like Northmarket")

    def test_are_shown_to_the_writer_with_their_place(self, story: Story, check: Response) -> None:
        text = part_for(check, story.customer)
        assert "The plan names other organisations" in text
        assert (
            "Northmarket Ltd may read the name “Fairprice Stores plc” (in: Which stakeholders need to be involved)"
            in text
        )
        assert "may read the name “Northmarket Ltd” (in: Note)" in part_for(check, story.other)

    def test_are_shared_only_once_each_is_confirmed(
        self, story: Story, alice: Client, check: Response
    ) -> None:
        reader, named = story.customer, story.other
        partly = {f"names-{reader.pk}": str(named.pk)}
        refused = send(alice, check, press="Share the plan", **partly)
        assert refused.status_code == 409
        assert problems_of(refused) == [
            "Confirm that Fairprice Stores plc may read the name “Northmarket Ltd”, or take the name out of the plan."
        ]
        assert not PlanShare.objects.exists()
        # What was confirmed stays so, and Enter does not send the rest along unread.
        done = send(alice, refused, press="Share the plan", **{f"names-{named.pk}": str(reader.pk)})
        assert done.status_code == 302
        assert len(list(shares())) == 2

    def test_taken_out_of_the_text_need_no_confirmation(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        write(plan, story.alice, stakeholders="Fairprice, who buys most of the crop.")
        assert "names other organisations" in text_of(checked(alice, address, story.customer))
        write(plan, story.alice, stakeholders="Those who buy the crop.")
        page = checked(alice, address, story.customer)
        assert "names other organisations" not in text_of(page)
        assert send(alice, page, press="Share the plan").status_code == 302


def test_queries_do_not_grow_with_the_parties(
    story: Story,
    plan: ActionPlan,
    alice: Client,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    share_with(plan, story.alice, story.customer, story.other)
    few = [story.customer, story.other]
    with django_assert_num_queries(QUERIES["whom"]):
        alice.get(address)
    with django_assert_num_queries(QUERIES["asks"]):
        asked_of(alice, address, few)
    more = [make_ngo(f"Alliance {number}") for number in range(4)]
    for each in more:
        make_plan(make_finding(story.site), story.alice)
        share_with(plan, story.alice, each)
    with django_assert_num_queries(QUERIES["whom"]):
        alice.get(address)
    with django_assert_num_queries(QUERIES["asks"]):
        asked_of(alice, address, [*few, *more])


def asked_of(alice: Client, address: str, organisations: list[Organisation]) -> None:
    page = alice.get(address, {"party": [str(each.pk) for each in organisations]})
    assert len(page.context["forms"]) == len(organisations)
