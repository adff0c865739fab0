"""Files about an action or an update are for who gets that action or update, and for nobody else."""

from functools import partial
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.annex import CURRENT, EVERYONE, SITE, Audience, Document, GroupRow, RenderedAnnex, render
from actionplans.annex.rows import readers_of_rows, rows_for
from actionplans.evidence.services import NamesShown, redact_evidence, show_evidence
from actionplans.models import ActionPlan, EvidenceFile, ShownTo, Subject, SubjectKind
from actionplans.plans.services import publish_plan
from actionplans.sharing.audiences import as_party, as_reader
from actionplans.sharing.services import Party, share_plan, withdraw_share
from carportal.core.actor import Actor, Role
from carportal.core.audit import Reader
from carportal.core.errors import InvalidInput, NotAllowed
from stakeholders.models import Organisation
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CONFIRM,
    add_file,
    add_party,
    add_row,
    make_ngo,
    record_of,
    refused_evidence,
    remove_row,
    share_with,
    undone,
    write,
)
from tests.actionplans.pages import let_see_plans
from tests.factories import make_actor, make_audit_company, make_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


def about(action: UUID) -> Subject:
    return Subject(SubjectKind.ACTION, action)


def seen(actor: Actor) -> set[str]:
    return {file.name.removesuffix(".txt") for file in EvidenceFile.objects.visible_to(actor)}


class TestAnAction:
    @pytest.fixture
    def ngo(self) -> Organisation:
        return make_ngo()

    def test_is_followed_by_its_files_from_when_a_party_is_sent_it(
        self, story: Story, plan: ActionPlan
    ) -> None:
        share_with(plan, story.alice, story.customer)
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        add_file(plan, story.alice, "all.txt", subject=about(action), shown_to=ShownTo.READERS)
        add_file(plan, story.alice, "hers.txt", subject=about(action), party=story.customer)
        add_file(plan, story.alice, "own.txt", subject=about(action))
        assert seen(story.dora) == set()
        share_with(plan, story.alice, story.customer)
        assert seen(story.dora) == {"all", "hers"}
        assert seen(story.carol) == {"all", "hers", "own"}

    def test_that_is_tied_to_a_party_shown_only_to_itself_leaves_no_file_with_others(
        self, story: Story, plan: ActionPlan, ngo: Organisation
    ) -> None:
        share_with(plan, story.alice, ngo)
        party = add_party(plan, story.alice, ngo)
        action = add_row(plan, story.alice, "actions", what="Train the agents.", owner=str(party))
        share_with(plan, story.alice, story.customer, story.other, ngo)
        let_see_plans(story, story.other)
        add_file(plan, story.alice, "training.txt", subject=about(action), shown_to=ShownTo.READERS)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        others = [story.dora, make_actor(story.other), make_actor(make_operator(), Role.COMPLIANCE)]
        assert [seen(actor) for actor in others] == [set(), set(), set()]
        assert seen(make_actor(ngo)) == {"training"}
        write(plan, story.alice, **{f"{party}.shown": EVERYONE})
        told = Party(story.customer.pk, CONFIRM, confirmed_names=[ngo.pk])
        share_plan(plan_id=plan.pk, actor=story.alice, parties=[told])
        assert [seen(actor) for actor in others] == [{"training"}, set(), set()]
        publish_plan(plan_id=plan.pk, actor=story.alice, confirmed_names=[ngo.pk])
        assert [seen(actor) for actor in others] == [{"training"}] * 3

    def test_is_read_with_its_files_by_whoever_reads_the_published_plan(
        self, story: Story, plan: ActionPlan
    ) -> None:
        let_see_plans(story, story.customer)
        operator = make_actor(make_operator(), Role.COMPLIANCE)
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        add_file(plan, story.alice, subject=about(action), shown_to=ShownTo.READERS)
        for actor in (story.dora, operator):
            assert seen(actor) == set()
        publish_plan(plan_id=plan.pk, actor=story.alice)
        for actor in (story.dora, operator):
            assert seen(actor) == {"receipts"}
        assert seen(make_actor(make_audit_company())) == set()

    def test_that_was_removed_keeps_its_files_with_who_still_reads_it(
        self, story: Story, plan: ActionPlan
    ) -> None:
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        file = add_file(plan, story.alice, subject=about(action), shown_to=ShownTo.READERS)
        share_with(plan, story.alice, story.customer)
        remove_row(plan, story.alice, "actions", action)
        assert seen(story.dora) == {"receipts"}  # it reads the version from before
        refused_evidence(InvalidInput, partial(add_file, plan, story.alice, subject=about(action)))
        share_with(plan, story.alice, story.customer)
        assert seen(story.dora) == set()
        assert seen(story.alice) == {"receipts"}
        show_evidence(file_id=file.pk, actor=story.alice, shown_to=ShownTo.SITE)

    def test_ends_for_a_party_with_its_share(self, story: Story, plan: ActionPlan) -> None:
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        add_file(plan, story.alice, subject=about(action), shown_to=ShownTo.READERS)
        share = share_with(plan, story.alice, story.customer)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert seen(story.dora) == set()

    def test_is_shown_with_a_file_to_one_party_only_if_that_gets_it(
        self, story: Story, plan: ActionPlan, ngo: Organisation
    ) -> None:
        share_with(plan, story.alice, story.customer, ngo)
        party = add_party(plan, story.alice, ngo)
        action = add_row(plan, story.alice, "actions", what="Train the agents.", support_from=str(party))
        add = partial(add_file, plan, story.alice, subject=about(action))
        error = refused_evidence(InvalidInput, partial(add, party=story.customer))
        assert isinstance(error, InvalidInput)
        assert list(error.fields) == ["shown_to"]
        assert add(party=ngo).party == ngo

    def test_names_no_other_party_beside_its_file(self, story: Story, plan: ActionPlan) -> None:
        share_with(plan, story.alice, story.customer)
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        add = partial(add_file, plan, story.alice, subject=about(action), description="For Fairprice Stores")
        for shown in ({"shown_to": ShownTo.READERS}, {"party": story.customer}):
            refused_evidence(NamesShown, partial(add, **shown))
        assert add(shown_to=ShownTo.READERS, confirmed_names=[story.other.pk])

    def test_is_nothing_that_the_operator_takes_a_file_out_of_unseen(
        self, story: Story, plan: ActionPlan
    ) -> None:
        party = add_party(plan, story.alice, story.customer)
        action = add_row(plan, story.alice, "actions", what="Pay a premium.", owner=str(party))
        file = add_file(plan, story.alice, subject=about(action), shown_to=ShownTo.READERS)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        compliance = make_actor(make_operator(), Role.COMPLIANCE)
        refused_evidence(
            NotAllowed, partial(redact_evidence, file_id=file.pk, actor=compliance, reason="Named.")
        )

    def test_is_told_of_on_the_sites_record_alone(self, story: Story, plan: ActionPlan) -> None:
        action = add_row(plan, story.alice, "actions", what="Repay the fees.")
        add_file(plan, story.alice, subject=about(action), shown_to=ShownTo.READERS)
        sentence = "Added the file “receipts.txt” to the evidence, shown to: everyone who sees the action"
        assert record_of(plan)[-1] == sentence
        for reader in (Reader.PARTY, Reader.OPERATOR, Reader.AUDITOR):
            assert "receipts" not in str(record_of(plan, reader))


class TestAnUpdate:
    def test_is_followed_by_its_files_to_those_it_was_sent_to(self, story: Story, plan: ActionPlan) -> None:
        share = share_with(plan, story.alice, story.customer)
        share_with(plan, story.alice, story.other)
        let_see_plans(story, story.other)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        update = post(share, story.alice, files={"paid.txt": b"Forty."})
        subject = Subject(SubjectKind.UPDATE, update.pk)
        assert EvidenceFile.objects.get().subject == subject
        add_file(plan, story.alice, "own.txt", subject=subject)
        add_file(plan, story.alice, "later.txt", subject=subject, shown_to=ShownTo.READERS)
        assert seen(story.dora) == {"paid", "later"}
        assert seen(make_actor(story.other)) == set()
        assert seen(make_actor(make_operator(), Role.COMPLIANCE)) == set()
        assert seen(story.carol) == {"paid", "later", "own"}
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert seen(story.dora) == set()

    def test_is_shown_with_a_file_to_one_party_only_if_that_got_it(
        self, story: Story, plan: ActionPlan
    ) -> None:
        share = share_with(plan, story.alice, story.customer)
        share_with(plan, story.alice, story.other)
        subject = Subject(SubjectKind.UPDATE, post(share, story.alice).pk)
        refused_evidence(
            InvalidInput, partial(add_file, plan, story.alice, subject=subject, party=story.other)
        )
        assert add_file(plan, story.alice, subject=subject, party=story.customer)

    def test_tells_beside_its_file_of_no_party_that_did_not_get_it(
        self, story: Story, plan: ActionPlan
    ) -> None:
        """The one that alone got it may be named: it reads its own name."""
        share = share_with(plan, story.alice, story.customer)
        other = share_with(plan, story.alice, story.other)
        hers = Subject(SubjectKind.UPDATE, post(share, story.alice).pk)
        boths = Subject(SubjectKind.UPDATE, post(share, story.alice, other, text="For both.").pk)
        add = partial(
            add_file, plan, story.alice, description="As Northmarket asked", shown_to=ShownTo.READERS
        )
        assert add(subject=hers)
        error = refused_evidence(NamesShown, partial(add, subject=boths))
        assert isinstance(error, NamesShown)
        assert error.names == [story.customer]

    def test_is_told_of_on_the_sites_record(self, story: Story, plan: ActionPlan) -> None:
        share = share_with(plan, story.alice, story.customer)
        post(share, story.alice, files={"paid.txt": b"Forty."})
        assert record_of(plan)[-2:] == [
            "Posted an update to Northmarket Ltd",
            "Added the file “paid.txt” to the evidence, shown to: everyone who got the update",
        ]


# --- The one rule, and what the database is asked ----------------------------------------------------

ORGANISATIONS = [UUID(int=number) for number in (1, 2, 3)]
PARTIES = [UUID(int=number) for number in (11, 12, 13, 14)]
party_cells = st.fixed_dictionaries(
    {
        "name": st.just("A party"),
        "organisation": st.sampled_from(["", *map(str, ORGANISATIONS[:2])]),
        "shown": st.sampled_from(["itself", EVERYONE]),
    }
)
action_cells = st.fixed_dictionaries(
    {
        "what": st.just("An action"),
        "owner": st.sampled_from([SITE, "", *map(str, PARTIES), str(uuid4())]),
        "support_from": st.sampled_from([SITE, "", *map(str, PARTIES)]),
    }
)


@given(st.lists(party_cells, max_size=4), st.lists(action_cells, max_size=6))
def test_kept_readers_of_rows_are_those_that_the_rows_are_rendered_for(
    parties: list[dict[str, str]], actions: list[dict[str, str]]
) -> None:
    def rows(group: str, cells: list[dict[str, str]], first: int) -> tuple[GroupRow, ...]:
        definition = CURRENT.group(group)
        return tuple(GroupRow.of(definition, UUID(int=first + n), each) for n, each in enumerate(cells))

    both = {"stakeholders": rows("stakeholders", parties, 11), "actions": rows("actions", actions, 100)}
    document = Document.of(CURRENT, {}, both)
    kept = list(readers_of_rows(CURRENT, document.rows))
    assert len(kept) == len(set(kept))
    for reader in [None, *ORGANISATIONS]:
        got = {row.id for row in rows_for(CURRENT, document.rows, reader).get("actions", ())}
        assert {row_id for row_id, reader_id in kept if reader_id in {None, reader}} == got


ties = st.lists(st.sampled_from(["site", "customer", "other", "free"]), min_size=1, max_size=4)
shown = st.fixed_dictionaries({name: st.booleans() for name in ("customer", "other", "free")})


@settings(
    max_examples=settings().max_examples // 16, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ties, shown, st.booleans())
def test_each_reader_sees_files_of_the_actions_that_it_reads_and_of_no_others(
    story: Story, plan: ActionPlan, ties: list[str], shown: dict[str, bool], shares_first: bool
) -> None:
    with undone():
        organisations = {"customer": story.customer, "other": story.other}
        parties = {
            name: add_party(plan, story.alice, organisation) for name, organisation in organisations.items()
        }
        parties["free"] = add_row(plan, story.alice, "stakeholders", name="A union")
        write(
            plan,
            story.alice,
            **{f"{parties[name]}.shown": EVERYONE if to_all else "itself" for name, to_all in shown.items()},
        )
        for tie in ties:
            owner = SITE if tie == "site" else str(parties[tie])
            action = add_row(plan, story.alice, "actions", what=f"By {tie}.", owner=owner)
            add_file(plan, story.alice, subject=about(action), shown_to=ShownTo.READERS)
        _send(plan, story, shares_first=shares_first)
        plan.refresh_from_db()
        assert plan.published is not None
        for share in plan.shares.all():
            sent = share.sent.latest("sent_at")
            files = EvidenceFile.objects.visible_to(make_actor(share.organisation))
            read = _actions(render(sent.revision, as_party(sent), "en-gb"))
            assert {file.subject_id for file in files} == read
            assert set(EvidenceFile.objects.shown_to_party(share.organisation_id)) == set(files)
        operator = make_actor(make_operator(), Role.COMPLIANCE)
        published = _actions(render(plan.published, as_reader(plan, operator.organisation_id), "en-gb"))
        assert {file.subject_id for file in EvidenceFile.objects.visible_to(operator)} == published
        everything = _actions(render(plan.published, Audience(is_site=True), "en-gb"))
        assert {file.subject_id for file in EvidenceFile.objects.visible_to(story.alice)} == everything


def _send(plan: ActionPlan, story: Story, *, shares_first: bool) -> None:
    """Share and publish, in this order or the other; what names readers learn is no matter here."""
    known = [story.customer.pk, story.other.pk]
    parties = [Party(each, CONFIRM, confirmed_names=known) for each in known]
    share = partial(share_plan, plan_id=plan.pk, actor=story.alice, parties=parties)
    publish = partial(publish_plan, plan_id=plan.pk, actor=story.alice, confirmed_names=known)
    for step in (share, publish) if shares_first else (publish, share):
        step()


def _actions(annex: RenderedAnnex) -> set[UUID]:
    return {
        row.id
        for section in annex.rows
        for group in section.groups
        if group.name == "actions"
        for row in group.rows
    }
