"""What an actor sees of audits and CARs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from carportal.core.actor import Actor

if TYPE_CHECKING:
    from findings.models import Audit, AuditImport, Finding, LeftFinding, ListFile, RequirementTitle, Triage


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, actor: Actor) -> "AuditQuerySet":
        """Published: its company, the site's supplier, the operator. Before: its recorder and the operator."""
        if actor.is_operator or actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        if actor.is_auditor:
            return self.filter(
                Q(recorded_by=actor.organisation_id)
                | Q(audit_company=actor.organisation_id, status="published")
            )
        if actor.is_supplier:
            return self.filter(site__supplier=actor.organisation_id, status="published")
        return self.none()

    def published(self) -> "AuditQuerySet":
        return self.filter(status="published")

    def current_editions(self) -> "AuditQuerySet":
        """All but those whose place a later edition has taken by being published."""
        return self.exclude(corrected_by__status="published")

    def matching(self, text: str) -> "AuditQuerySet":
        """By the beginning of the audit's or the site's reference, or a part of the site's name."""
        if not text:
            return self
        return self.filter(
            Q(reference__istartswith=text)
            | Q(site__reference__istartswith=text)
            | Q(site__name__icontains=text)
        )


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, actor: Actor) -> "FindingQuerySet":
        """All for the operator, own sites' for a supplier, own audits' for an auditor; else by Access."""
        if actor.is_operator or actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        if actor.is_supplier:
            return self.filter(supplier=actor.organisation_id)
        if actor.is_auditor:
            return self.filter(audit_company=actor.organisation_id)
        access = apps.get_model("findings", "Access").objects.filter(
            finding=OuterRef("pk"), organisation=actor.organisation_id
        )
        return self.filter(Exists(access))

    def few_visible_to(self, actor: Actor, most: int) -> "FindingQuerySet":
        """All of them where they are no more than that, else none: what others see, and how much there is, costs nothing."""
        if actor.organisation_id is None or actor.is_operator or actor.is_supplier or actor.is_auditor:
            visible = self.visible_to(actor)
            return visible.exclude(Exists(visible[most : most + 1]))[:most]
        access = apps.get_model("findings", "Access").objects.filter(organisation=actor.organisation_id)
        cars = access.order_by("finding").distinct("finding").values("finding")
        return self.filter(pk__in=cars[:most]).exclude(Exists(cars[most : most + 1]))[:most]

    def under_way(self) -> "FindingQuerySet":
        return self.filter(status__in=["open", "in_progress"])

    def counted(self, most: int) -> int:
        """How many there are, and one more than `most` where there are more; no column is read for it."""
        return self.order_by().values(one=models.Value(1))[: most + 1].count()


class LeftQuerySet(models.QuerySet["LeftFinding"]):
    def visible_to(self, actor: Actor) -> "LeftQuerySet":
        """The operator's matter alone."""
        return self if actor.is_operator or actor.is_system else self.none()

    def to_decide(self) -> "LeftQuerySet":
        """Undecided, the CAR still under way, and the audit's edition still the one that counts."""
        return self.filter(decision="undecided", finding__status__in=["open", "in_progress"]).exclude(
            audit__corrected_by__status="published"
        )


class RequirementTitleQuerySet(models.QuerySet["RequirementTitle"]):
    def visible_to(self, actor: Actor) -> "RequirementTitleQuerySet":
        """They are the scheme's own, and everybody's who acts for an organisation."""
        return self if actor.is_system or actor.organisation_id is not None else self.none()

    def of_scope(self, scheme: str, areas: Iterable[str]) -> "RequirementTitleQuerySet":
        return self.filter(scheme=scheme, area__in=list(areas))


class TriageQuerySet(models.QuerySet["Triage"]):
    def visible_to(self, actor: Actor) -> "TriageQuerySet":
        """The site's own, and the operator's; customers and auditors never see any."""
        if actor.is_operator or actor.is_system:
            return self
        if actor.is_supplier and actor.organisation_id is not None:
            return self.filter(finding__supplier=actor.organisation_id)
        return self.none()

    def latest_of_each(self) -> "TriageQuerySet":
        """Of each CAR the one that was taken last; what it was before no longer counts."""
        later = self.model._base_manager.filter(
            finding=OuterRef("finding"), answered_at__gt=OuterRef("answered_at")
        )
        return self.exclude(Exists(later))


class AuditImportQuerySet(models.QuerySet["AuditImport"]):
    def visible_to(self, actor: Actor) -> "AuditImportQuerySet":
        """The operator's matter alone: a file names many suppliers."""
        return self if actor.is_operator or actor.is_system else self.none()

    def to_do(self) -> "AuditImportQuerySet":
        """What a worker is at, or is to take up."""
        return self.filter(status__in=["waiting", "writing"])

    def without_content(self) -> "AuditImportQuerySet":
        """For pages, which need neither the bytes nor, in a list, the report."""
        return self.defer("content")


class ListFileQuerySet(models.QuerySet["ListFile"]):
    def visible_to(self, actor: Actor) -> "ListFileQuerySet":
        """One's own, and only while acting for the organisation for which it was asked."""
        if actor.is_system:
            return self
        if actor.user_id is None or actor.organisation_id is None:
            return self.none()
        return self.filter(asked_by=actor.user_id, organisation=actor.organisation_id)

    def to_do(self) -> "ListFileQuerySet":
        """What a worker is at, or is to take up."""
        return self.filter(status__in=["waiting", "writing"])

    def kept(self) -> "ListFileQuerySet":
        return self.filter(status="ready")

    def ended(self) -> "ListFileQuerySet":
        """Of which there is no file, and none to come."""
        return self.filter(status__in=["failed", "expired"])
