"""Who else may see a CAR, written when a relationship or a share changes and when a CAR is raised."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from carportal.core.actor import Actor
from findings.models import Access, AccessLevel, AccessSource, Finding
from findings.services.files import forget_files_on_commit
from stakeholders.models import TradingRelationship, Visibility

LEVEL_OF = {
    Visibility.SHARES_ONLY: None,
    Visibility.CAR_LIST: AccessLevel.CAR,
    Visibility.PUBLISHED_PLANS: AccessLevel.PLAN,
}


@transaction.atomic
def grant_access(
    *, organisation_id: UUID, finding_id: UUID, level: AccessLevel, source: AccessSource, source_id: UUID
) -> None:
    """Let an organisation see a CAR for as long as this source says so; again sets the level."""
    _save([(organisation_id, finding_id, level, source, source_id)])


@transaction.atomic
def withdraw_access(
    *, organisation_id: UUID, finding_id: UUID, source: AccessSource, source_id: UUID
) -> None:
    """Take back what this source granted; what others granted stays. What was saved while it held goes too."""
    forget_files_on_commit(organisation_id)
    Access.objects.filter(
        organisation=organisation_id, finding=finding_id, source=source, source_id=source_id
    ).delete()


def follow_relationship(relationship: TradingRelationship, _actor: Actor) -> None:
    """Bring a customer's access in line with its relationship, which was just added, changed or ended.

    The caller holds the lock on the site's row, as whoever raises a CAR there does, so that no CAR is
    raised for a relationship that has ended meanwhile.
    """
    level = None if relationship.ended_at else LEVEL_OF[Visibility(relationship.visibility)]
    if level is None or level < AccessLevel.PLAN:
        forget_files_on_commit(relationship.customer_id)  # it may have been more before
    if level is None:
        Access.objects.filter(source=AccessSource.RELATIONSHIP, source_id=relationship.pk).delete()
        return
    findings = Finding.objects.filter(site=relationship.site_id).values_list("pk", flat=True)
    _save(
        (relationship.customer_id, finding_id, level, AccessSource.RELATIONSHIP, relationship.pk)
        for finding_id in findings
    )


def grant_by_relationships(*, site_id: UUID, finding_ids: Iterable[UUID]) -> None:
    """Let the site's current customers see newly raised CARs, each as its relationship says."""
    rows = []
    new = list(finding_ids)
    for relationship in TradingRelationship.objects.current().filter(site=site_id):
        level = LEVEL_OF[Visibility(relationship.visibility)]
        if level is not None:
            rows += [
                (relationship.customer_id, finding_id, level, AccessSource.RELATIONSHIP, relationship.pk)
                for finding_id in new
            ]
    _save(rows)


def _save(rows: Iterable[tuple[UUID, UUID, AccessLevel, AccessSource, UUID]]) -> None:
    Access.objects.bulk_create(
        [
            Access(
                organisation_id=organisation_id,
                finding_id=finding_id,
                level=level,
                source=source,
                source_id=source_id,
            )
            for organisation_id, finding_id, level, source, source_id in rows
        ],
        update_conflicts=True,
        unique_fields=["organisation", "finding", "source", "source_id"],
        update_fields=["level"],
        batch_size=2000,
    )
