"""What is there before a story begins: a site of the cast, its two customers that must not learn of each other."""

from collections.abc import Mapping
from datetime import date

from actionplans.models import ActionPlan, PlanShare, ReplyKind
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from findings.models import Finding
from stakeholders.models import Organisation, Site, Visibility
from stakeholders.services import add_relationship
from tests.actionplans.making import CONFIRM, TEXTS, make_plan, share_with, write
from tests.factories import make_site
from tests.findings.making import Auditing
from tests.findings.scene import audits_of
from tests.personas import Persona, Personas

SITE = "Green Valley Packhouse"
FEES = "1A.B Workers paid fees to be recruited"
WAGES = "5A.A Wages do not reach a living wage"


class Scene:
    """Each step goes through the services, as if the person of the cast had done it in the browser."""

    def __init__(self, personas: Personas) -> None:
        self.personas = personas
        self.site = self.add_site(SITE, "GB")
        self.audits = audits_of(personas, self.site)
        for customer in (personas.customer, personas.customer2):
            self.sell_to(customer)

    def add_site(self, name: str, country: str, supplier: Organisation | None = None) -> Site:
        return make_site(supplier or self.personas.site.organisation, name=name, country=country)

    def sell_to(self, customer: Persona, level: Visibility = Visibility.SHARES_ONLY) -> None:
        add_relationship(
            actor=self.personas.site_manager.actor,
            site_id=self.site.pk,
            customer_reference=customer.organisation.reference,
            visibility=level,
        )

    def audits_at(self, site: Site) -> Auditing:
        return audits_of(self.personas, site)

    def raise_car(self, car: str = FEES, on: date = date(2026, 3, 2), site: Site | None = None) -> Finding:
        """A periodic audit found this and no more, and is published."""
        audits = self.audits_at(site) if site else self.audits
        return audits.car(audits.hold(on, car))

    def write_plan(self, car: Finding, texts: Mapping[str, str] = TEXTS) -> ActionPlan:
        return make_plan(car, self.personas.site.actor, texts)

    def rewrite(self, plan: ActionPlan, **texts: str) -> None:
        write(plan, self.personas.site.actor, **texts)

    def share(
        self, plan: ActionPlan, party: Persona, asks: Mapping[str, bool] = CONFIRM, note: str = ""
    ) -> PlanShare:
        return share_with(plan, self.personas.site.actor, party.organisation, asks=asks, note=note)

    def answer(self, share: PlanShare, party: Persona, kind: ReplyKind, comment: str = "") -> None:
        newest = share.sent.latest("sent_at")
        reply(share_id=share.pk, actor=party.actor, sent_id=newest.pk, kind=kind, comment=comment)

    def withdraw(self, share: PlanShare) -> None:
        withdraw_share(share_id=share.pk, actor=self.personas.site.actor)

    def publish_plan(self, plan: ActionPlan) -> None:
        publish_plan(plan_id=plan.pk, actor=self.personas.site.actor)
