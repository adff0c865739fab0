"""Tells the demo's story through the same services that people's clicks call, in one transaction."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from io import BytesIO
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from actionplans.annex import value_digest
from actionplans.calls.models import Duration
from actionplans.calls.offers import Offer
from actionplans.calls.offers import Subject as CallSubject
from actionplans.calls.services import propose_call
from actionplans.evidence.services import FileDetails, add_evidence
from actionplans.models import WHOLE_PLAN, ActionPlan, PlanShare, ShownTo, Subject, SubjectKind
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import RowPlace, Step, StepKind
from actionplans.plans.services import note_uploaded, publish_plan, save_draft, start_plan
from actionplans.sharing.services import Party, reply, share_plan
from actionplans.threads.services import write_comment
from actionplans.updates.services import Terms, accept_proposal, post_update, propose_updates
from carportal.core.actor import Actor, OrganisationKind
from carportal.core.errors import Conflict
from carportal.web.demo.audits import AUDITS, DemoAudit
from carportal.web.demo.people import ACCOUNTS, ORGANISATIONS, PASSWORD, RELATIONSHIPS, SITES, DemoAccount
from carportal.web.demo.plans import PLANS, DemoAgreement, DemoCall, DemoComment, DemoPlan, DemoRow
from carportal.web.demo.reminders import add_reminders, months_ahead
from findings.escalation.services import raise_escalation
from findings.models import Finding
from findings.services import (
    AuditDetails,
    EntryDetails,
    add_entry,
    answer_triage,
    preview_publication,
    publish_audit,
    record_audit,
)
from stakeholders.acting import actor_of
from stakeholders.models import Membership, Organisation, Site, User
from stakeholders.services import add_relationship, create_organisation, create_site
from stakeholders.services.sites import SiteDetails

Progress = Callable[[str], None]


def is_seeded() -> bool:
    return Organisation.objects.filter(reference=ORGANISATIONS[0].reference).exists()


@transaction.atomic
def seed(progress: Progress) -> None:
    """Write the whole demo or nothing; Conflict where other organisations are already there."""
    if Organisation.objects.exists():
        raise Conflict("This database already has organisations; the demo goes into an empty one only.")
    Seeding().run(progress)


class Seeding:
    """The organisations, actors and sites by the keys that the story uses."""

    def __init__(self) -> None:
        self.organisations: dict[str, Organisation] = {}
        self.sites: dict[str, Site] = {}
        self.actors: dict[str, Actor] = {}  # by the organisation's key
        self.audits: dict[str, UUID] = {}  # by reference

    def run(self, progress: Progress) -> None:
        progress("people and sites")
        self._add_people()
        self._add_sites()
        waiting = {plan.audit: [other for other in PLANS if other.audit == plan.audit] for plan in PLANS}
        for audit in AUDITS:
            progress(f"audit {audit.reference}")
            self._add_audit(audit)
            for plan in waiting.get(audit.reference, []):
                self._add_plan(plan)

    def _add_people(self) -> None:
        for row in ORGANISATIONS:
            if row.kind == OrganisationKind.OPERATOR:  # is there before anybody who could add it
                made = Organisation.objects.create(kind=row.kind, name=row.name, reference=row.reference)
            else:
                made = create_organisation(
                    actor=self.actors["operator"],
                    kind=row.kind,
                    name=row.name,
                    reference=row.reference,
                    is_uk_retailer=row.is_uk_retailer,
                )
            self.organisations[row.key] = made
            for account in (each for each in ACCOUNTS if each.organisation == row.key):
                self._add_account(account)

    def _add_account(self, account: DemoAccount) -> None:
        user = User.objects.create_user(
            f"{account.address}@demo.example",
            PASSWORD if account.may_log_in else None,
            name=account.name,
            time_zone=account.time_zone,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        membership = Membership.objects.create(
            user=user, organisation=self.organisations[account.organisation], role=account.role
        )
        self.actors.setdefault(account.organisation, actor_of(user, membership))

    def _add_sites(self) -> None:
        for row in SITES:
            self.sites[row.key] = create_site(
                actor=self.actors["operator"],
                supplier_id=self.organisations[row.supplier].pk,
                reference=row.reference,
                details=SiteDetails(row.name, row.country, row.address, row.sector, row.time_zone),
            )
        for relationship in RELATIONSHIPS:
            site = self.sites[relationship.site]
            add_relationship(
                actor=self._actor_of_supplier(site),
                site_id=site.pk,
                customer_reference=self.organisations[relationship.customer].reference,
                visibility=relationship.visibility,
            )

    def _add_audit(self, demo: DemoAudit) -> None:
        auditor = self.actors["meridian"]
        details = AuditDetails(
            type=demo.type,
            date=demo.date,
            scope=demo.scope,
            reference=demo.reference,
            site_reference=self.sites[demo.site].reference,
        )
        audit = record_audit(actor=auditor, details=details)
        for entry in demo.entries:
            add_entry(
                audit_id=audit.pk,
                actor=auditor,
                details=EntryDetails(entry.type, entry.code, entry.title, entry.details),
            )
        self.audits[demo.reference] = audit.pk
        if demo.published:
            preview = preview_publication(audit_id=audit.pk, actor=auditor)
            publish_audit(audit_id=audit.pk, actor=auditor, digest=preview.digest)

    def _add_plan(self, demo: DemoPlan) -> None:
        """Step 1, the draft, whom it was shared with, what they replied, and its publication."""
        finding = Finding.objects.select_related("site").get(
            audit=self.audits[demo.audit], raw_code=demo.code
        )
        site = self._actor_of_supplier(finding.site)
        answer_triage(finding_id=finding.pk, actor=site, answers=demo.triage)
        if demo.urgent_told:
            told = [self.organisations[key].pk for key in demo.urgent_told]
            raise_escalation(finding_id=finding.pk, actor=site, customers=told)
        if not demo.fields:
            return
        plan = start_plan(finding_id=finding.pk, actor=site)
        values = {"completed_by": "Site manager", **demo.fields}
        draft = draft_of(plan).document.values
        changes = {name: (value, value_digest(draft[name])) for name, value in values.items()}
        save_draft(finding_id=plan.finding_id, actor=site, changes=changes)
        rows = self._add_rows(plan, demo.rows, site)
        parties = [
            Party(self.organisations[key].pk, dict.fromkeys(asks, True)) for key, asks in demo.asks.items()
        ]
        shares = {
            share.organisation_id: share for share in share_plan(plan_id=plan.pk, actor=site, parties=parties)
        }
        for said in demo.replies:
            share = shares[self.organisations[said.party].pk]
            newest = share.sent.latest("sent_at")
            reply(
                share_id=share.pk,
                actor=self.actors[said.party],
                sent_id=newest.pk,
                kind=said.kind,
                comment=said.comment,
                section=said.section,
            )
        self._add_files(plan, site, demo, rows)
        if demo.published:
            publish_plan(plan_id=plan.pk, actor=site)
        if demo.uploaded_on:
            note_uploaded(plan_id=plan.pk, actor=site, on=demo.uploaded_on)
        add_reminders(plan, demo, rows, site=site, parties=self._actors_by_organisation())
        for agreed in demo.agreements:
            self._agree(agreed, site, shares[self.organisations[agreed.party].pk])
        for comment in demo.comments:
            self._comment(comment, site, shares[self.organisations[comment.party].pk])
        for call in demo.calls:
            self._call(call, site, shares[self.organisations[call.party].pk], finding.site)
        if demo.update:
            post_update(
                plan_id=plan.pk,
                actor=site,
                text=demo.update,
                share_ids=[share.pk for share in shares.values()],
            )

    def _agree(self, demo: DemoAgreement, site: Actor, share: PlanShare) -> None:
        """On updates, each side saying what its people would."""
        party = self.actors[demo.party]
        proposing, answering = (site, party) if demo.by_site else (party, site)
        first_due = timezone.localdate() + timedelta(days=demo.first_in_days)
        proposals = propose_updates(
            share_ids=[share.pk], actor=proposing, terms=Terms(demo.months, first_due)
        )
        if demo.accepted:
            accept_proposal(proposal_id=proposals[0].pk, actor=answering)

    def _comment(self, demo: DemoComment, site: Actor, share: PlanShare) -> None:
        said = write_comment(
            share_id=share.pk, actor=self.actors[demo.party], text=demo.text, section=demo.section
        )
        if demo.answer:
            write_comment(share_id=share.pk, actor=site, text=demo.answer, answer_to=said.pk)

    @staticmethod
    def _call(demo: DemoCall, actor: Actor, share: PlanShare, site: Site) -> None:
        today = timezone.localdate()
        slots = [
            datetime.combine(today + timedelta(days=days), time(10), ZoneInfo(site.time_zone))
            for days in demo.in_days
        ]
        offer = Offer(slots, Duration.HALF, demo.where)
        propose_call(share_id=share.pk, actor=actor, subject=CallSubject(demo.purpose), offer=offer)

    def _add_files(self, plan: ActionPlan, site: Actor, demo: DemoPlan, rows: Mapping[str, RowPlace]) -> None:
        for file in demo.files:
            party = self.organisations.get(file.shown_to)
            details = FileDetails(
                description=file.description,
                shown_to=ShownTo.PARTY if party else ShownTo(file.shown_to),
                party_id=party.pk if party else None,
                subject=Subject(SubjectKind.ACTION, rows[file.about].id) if file.about else WHOLE_PLAN,
            )
            content = BytesIO(file.text.encode())
            add_evidence(plan_id=plan.pk, actor=site, content=content, name=file.name, details=details)

    def _add_rows(self, plan: ActionPlan, rows: Iterable[DemoRow], site: Actor) -> dict[str, RowPlace]:
        """Where each stands, by its key."""
        places: dict[str, RowPlace] = {}
        for row in rows:
            below = places[row.below].id if row.below else None
            place = places[row.key] = RowPlace(uuid4(), row.group, below)
            save_draft(finding_id=plan.finding_id, actor=site, changes={}, steps=[Step(StepKind.ADD, place)])
            texts = draft_of(plan).texts
            cells = {f"{place.id}.{name}": self._cell(name, text, places) for name, text in row.cells.items()}
            changes = {name: (text, value_digest(texts[name])) for name, text in cells.items()}
            save_draft(finding_id=plan.finding_id, actor=site, changes=changes)
        return places

    def _cell(self, name: str, text: str, places: dict[str, RowPlace]) -> str:
        if name == "organisation":
            return str(self.organisations[text].pk)
        if name == "ends" and text.startswith("+"):
            return months_ahead(int(text))
        return str(places[text].id) if name == "owner" else text

    def _actor_of_supplier(self, site: Site) -> Actor:
        return self._actors_by_organisation()[site.supplier_id]

    def _actors_by_organisation(self) -> dict[UUID, Actor]:
        return {self.organisations[key].pk: actor for key, actor in self.actors.items()}
