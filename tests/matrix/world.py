"""One of everything that a route can be asked for, all of it Green Valley's unless a name says otherwise.

The customer, the NGO and a guest have a share of the plan, the second customer only a trading relationship that
shows it nothing, the second supplier and the second auditor nothing at all.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model
from django.utils import timezone

from actionplans.calls.offers import Offer
from actionplans.guests.secrets import link_token
from actionplans.models import Call, CallAction, DutyReport, PlanShare, ShownTo, Whom
from actionplans.plans.services import publish_plan
from actionplans.support.services import grant_support
from carportal.core.actor import Role
from carportal.core.bounces.models import Source, Trouble
from carportal.core.bounces.services import note_trouble
from carportal.core.choices.services import keep_quiet
from carportal.core.choices.tokens import mail_token
from carportal.core.models import Delivery, Notification
from carportal.local.mail import kept_names
from findings.filters import Filters, Viewpoint
from findings.models import Audit, AuditType, EntryType, FileFormat, Finding
from findings.requirements import Requirement
from findings.services import (
    AuditDetails,
    EntryDetails,
    add_entry,
    add_requirement_title,
    preview_publication,
    publish_audit,
    record_audit,
    upload_import,
)
from findings.services.files import ask_for_file
from stakeholders.models import Membership, TradingRelationship, Visibility
from stakeholders.services import add_relationship, invite
from stakeholders.tokens import invitation_token
from tests.actionplans.arranging import agree
from tests.actionplans.guesting import browser_of, link_of, share_with_party
from tests.actionplans.making import CALL, add_file, make_plan, share_with
from tests.actionplans.nudging import nudge
from tests.actionplans.taking_on import accept, duty_of, give_action, report
from tests.actionplans.talking import note, say
from tests.core.telling import told
from tests.factories import make_site
from tests.findings.escalating import escalate
from tests.findings.saving import save_cars
from tests.personas import Persona, Personas


class World:
    """`target(word)` gives the arguments of a route that is asked for that."""

    def __init__(self, personas: Personas) -> None:
        self.personas = personas
        self.site = make_site(personas.site.organisation)
        self.relationships = [self._relationship(personas.customer), self._relationship(personas.customer2)]
        self.draft = self._audit(date(2026, 5, 5), "ZAA900002", "5A.A")
        self.published = self._audit(date(2025, 5, 6), "ZAA900001", "1A.B", "5A.B")
        self._publish(self.published)
        self.finding, self.quiet = Finding.objects.filter(audit=self.published).order_by("area")
        self._leave()
        self.uploaded = upload_import(
            actor=personas.compliance.actor, name="audits.csv", content=b"ZS number;Audit ID"
        )
        site = personas.site.actor
        make_plan(self.quiet, site)
        self.plan = make_plan(self.finding, site)
        self.share = share_with(self.plan, site, personas.customer.organisation)
        self.share_of_ngo = share_with(self.plan, site, personas.ngo.organisation)
        parties = (personas.customer.organisation, personas.ngo.organisation)
        own, ngos = (give_action(self.plan, site, each) for each in parties)
        share_with(self.plan, site, *parties)
        self.revision = publish_plan(plan_id=self.plan.pk, actor=site)
        share_with(self.plan, site, personas.customer.organisation, asks=CALL)
        self.comment_of_customer = say(self.share, personas.customer.actor)
        self.comment_of_site = say(self.share_of_ngo, site)
        self.note_of_customer = note(self.plan, personas.customer.actor)
        self.note_of_site = note(self.plan, site)
        in_two_days = timezone.localdate() + timedelta(days=2)
        self.nudge_of_site, self.nudge_of_customer, self.nudge_of_one = (
            nudge(self.finding, actor, day=in_two_days, whom=whom)
            for actor, whom in (
                (site, Whom.WRITERS),
                (personas.customer.actor, Whom.WRITERS),
                (site, Whom.SELF),
            )
        )
        self.call = self._call(self.share, personas.customer)
        self.call_of_ngo = self._call(self.share_of_ngo, personas.ngo)
        self.escalation = escalate(self.finding, site, personas.customer.organisation)
        grant_support(plan_id=self.plan.pk, actor=site, purpose="How do others repay such fees?")
        self.report = self._report(self.share, own, personas.customer)
        self.report_of_ngo = self._report(self.share_of_ngo, ngos, personas.ngo)
        self.own_file = add_file(self.plan, site)
        self.file_of_customer = add_file(self.plan, site, party=personas.customer.organisation)
        self.file_of_all = add_file(self.plan, site, shown_to=ShownTo.READERS)
        self.own_view, self.shared_view = (
            save_cars(personas.site, name, is_shared=name == "Ours") for name in ("Mine", "Ours")
        )
        filters = Filters(Viewpoint(site, timezone.localdate()), {})
        self.list_of_site = ask_for_file(actor=site, filters=filters, kind=FileFormat.CSV)
        self.share_of_guest = share_with_party(self.plan, site)
        self.file_of_guest = add_file(self.plan, site, party=self.share_of_guest.organisation)
        self.guest = browser_of(link_of(self.share_of_guest))
        self.message_of_customer = told(personas.customer.user)
        self.invitation = invite(
            actor=personas.site_manager.actor,
            organisation_id=personas.site.organisation.pk,
            email="new@example.org",
            role=Role.VIEWER,
        )
        keep_quiet(actor=site, finding_id=self.finding.pk, until=timezone.localdate() + timedelta(days=7))
        self.no_mail_at = note_trouble(
            address="gone@example.org", trouble=Trouble.GONE, at=timezone.now(), source=Source.SENDING
        )
        self.title = add_requirement_title(
            actor=personas.admin.actor,
            requirement=Requirement("5A", "B"),
            title="Living wages are planned for",
        )

    def _relationship(self, persona: Persona) -> TradingRelationship:
        return add_relationship(
            actor=self.personas.site_manager.actor,
            site_id=self.site.pk,
            customer_reference=persona.organisation.reference,
            visibility=Visibility.SHARES_ONLY,
        )

    def _audit(self, on: date, reference: str, *codes: str, kind: EntryType = EntryType.CAR) -> Audit:
        auditor = self.personas.auditor.actor
        details = AuditDetails(AuditType.PERIODIC, on, ["1A", "5A"], reference, self.site.reference)
        audit = record_audit(actor=auditor, details=details)
        said = ("Fees were paid", "Workers paid an agent.") if kind == EntryType.CAR else ("", "")
        for code in codes:
            add_entry(audit_id=audit.pk, actor=auditor, details=EntryDetails(kind, code, *said))
        return audit

    def _publish(self, audit: Audit) -> None:
        auditor = self.personas.auditor.actor
        digest = preview_publication(audit_id=audit.pk, actor=auditor).digest
        publish_audit(audit_id=audit.pk, actor=auditor, digest=digest)

    def _leave(self) -> None:
        """An audit that found something else on the requirements, so that the CARs wait for a decision."""
        audit = self._audit(date(2025, 11, 4), "ZAA900003", "1A.B", "5A.B", kind=EntryType.NON_COMPLIANCE)
        self._publish(audit)

    def _call(self, share: PlanShare, party: Persona) -> Call:
        """Agreed for a time to come, with an action as if it had been held."""
        offer = Offer([timezone.now() + timedelta(days=7)], 30, "https://meet.example.org")
        call = agree(share, self.personas.site.actor, party.actor, offer)
        CallAction.objects.create(call=call, position=1, what="Repay the fees", owner="site")
        return call

    @staticmethod
    def _report(share: PlanShare, action: UUID, party: Persona) -> DutyReport:
        """On an action that the party took on."""
        return report(accept(duty_of(share, action), party.actor), party.actor)

    @staticmethod
    def _sending(share: PlanShare) -> dict[str, Any]:
        """The first that was sent."""
        return {"share_id": share.pk, "sent_id": share.sent.earliest("sent_at").pk}

    def target(self, word: str) -> dict[str, Any]:
        return self._targets()[word] if word else {}

    def _targets(self) -> dict[str, dict[str, Any]]:
        relationship = self.relationships[0]
        supplier = self.personas.site.organisation
        draft_entry = self.draft.entries.get()
        colleague = Membership.objects.get(user=self.personas.site_viewer.user)
        return {
            "nobodys": {"pk": uuid4()},
            "draft": {"pk": self.draft.pk},
            "published": {"pk": self.published.pk},
            "in-draft": {"audit_pk": self.draft.pk},
            "entry": {"audit_pk": self.draft.pk, "pk": draft_entry.pk},
            "import": {"pk": self.uploaded.pk},
            "car": {"pk": self.finding.pk},
            "sites": {"name": "site"},
            "customers-named": {"name": "customer"},
            "audit-companies": {"name": "audit_company"},
            "statuses": {"name": "status"},
            "quiet-car": {"pk": self.quiet.pk},
            "plan-of": {"finding_id": self.finding.pk},
            "quiet-plan": {"finding_id": self.quiet.pk},
            "share": {"share_id": self.share.pk},
            "guests-share": {"share_id": self.share_of_guest.pk},
            "guests-sending": self._sending(self.share_of_guest),
            "guests-file": {"file_id": self.file_of_guest.pk},
            "guest-link": {"link_id": link_of(self.share_of_guest).pk},
            "guest-token": {"token": link_token(link_of(self.share_of_guest))},
            "typed-in-for": {
                "finding_id": self.finding.pk,
                "party_id": self.share_of_guest.organisation_id,
            },
            "typed-in": {"pk": self.share_of_guest.organisation_id},
            "ngos-share": {"share_id": self.share_of_ngo.pk},
            "customers-comment": {"comment_id": self.comment_of_customer.pk},
            "sites-comment": {"comment_id": self.comment_of_site.pk},
            "customers-note": {"note_id": self.note_of_customer.pk},
            "sites-note": {"note_id": self.note_of_site.pk},
            "customers-nudge": {"nudge_id": self.nudge_of_customer.pk},
            "sites-nudge": {"nudge_id": self.nudge_of_site.pk},
            "nudge-to-self": {"nudge_id": self.nudge_of_one.pk},
            "call": {"call_id": self.call.pk},
            "ngos-call": {"call_id": self.call_of_ngo.pk},
            "call-action": {"action_id": self.call.actions.get().pk},
            "ngos-call-action": {"action_id": self.call_of_ngo.actions.get().pk},
            "escalation": {"pk": self.escalation.pk},
            "shared-view": {"pk": self.shared_view.pk},
            "own-view": {"pk": self.own_view.pk},
            "of-list": {"place": "list"},
            "of-home": {"place": "home"},
            "duty": {"duty_id": self.report.duty_id},
            "ngos-duty": {"duty_id": self.report_of_ngo.duty_id},
            "duty-report": {"report_id": self.report.pk},
            "ngos-duty-report": {"report_id": self.report_of_ngo.pk},
            "own-file": {"file_id": self.own_file.pk},
            "customers-file": {"file_id": self.file_of_customer.pk},
            "file": {"file_id": self.file_of_all.pk},
            "sites-list": {"pk": self.list_of_site.pk},
            "revision": {"finding_id": self.finding.pk, "revision_id": self.revision.pk},
            "sending": self._sending(self.share),
            "ngos-sending": self._sending(self.share_of_ngo),
            "record-of-plan": {"aggregate": "plan", "pk": self.plan.pk},
            "record-of-quiet-plan": {"aggregate": "plan", "pk": self.quiet.plan.pk},
            "record-of-car": {"aggregate": "finding", "pk": self.finding.pk},
            "record-of-audit": {"aggregate": "audit", "pk": self.published.pk},
            "record-of-draft": {"aggregate": "audit", "pk": self.draft.pk},
            "record-of-supplier": {"aggregate": "organisation", "pk": supplier.pk},
            "record-of-customer": {
                "aggregate": "organisation",
                "pk": self.personas.customer.organisation.pk,
            },
            "record-of-nothing": {"aggregate": "nothing", "pk": self.plan.pk},
            "of-updates": {"name": "update_due"},
            "of-replies": {"name": "reply_awaited"},
            "of-missing": {"name": "update_missing"},
            "site": {"pk": self.site.pk},
            "of-site": {"site_pk": self.site.pk},
            "relationship": {"site_pk": self.site.pk, "pk": relationship.pk},
            "supplier": {"pk": supplier.pk},
            "customers": {"pk": self.personas.customer.organisation.pk},
            "colleague": {"pk": colleague.pk},
            "invitation": {"pk": self.invitation.pk},
            "token": {"token": invitation_token(self.invitation)},
            "wrong-token": {"token": "made-up"},
            "snoozed": {"finding_id": self.finding.pk},
            "of-mail": {"token": self._mail_token("plan_shared")},
            "of-code": {"token": self._mail_token("guest_code")},
            "no-mail-at": {"pk": self.no_mail_at.pk},
            "reset-key": {"uidb36": "0", "key": "set-password"},
            "customers-message": {"pk": self.message_of_customer.pk},
            "mail": {"name": kept_names()[0]},
            "admin-app": {"app_label": "stakeholders"},
            **{f"admin-{name}": {"object_id": row.pk} for name, row in self._looked_up().items()},
        }

    @staticmethod
    def _mail_token(kind: str) -> str:
        return mail_token(Delivery.objects.filter(notification__kind=kind).values_list("pk", flat=True)[0])

    def _looked_up(self) -> dict[str, Model]:
        """A row of each kind that administrators look up, by the name of its model."""
        notification = Notification.objects.filter(deliveries__isnull=False).latest("created_at")
        return {
            "delivery": notification.deliveries.get(),
            "invitation": self.invitation,
            "membership": Membership.objects.get(user=self.personas.site_viewer.user),
            "notification": notification,
            "organisation": self.personas.site.organisation,
            "site": self.site,
            "title": self.title,
            "tradingrelationship": self.relationships[0],
            "user": self.personas.site.user,
        }
