"""What can be searched of a plan is brought up to date in the transaction that changes it, under its plan's lock.

Each is registered with a hook of the room that writes.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from actionplans.plans.drafts import Draft
from actionplans.plans.models import ActionPlan, Revision
from actionplans.searching import texts
from actionplans.searching.models import PlanText, TextKind, Wording
from actionplans.sharing.models import PlanShare, SharedRevision
from carportal.core.actor import Actor
from findings.models import Finding

# One statement, as a draft is saved every few seconds: the row stays in its place, and a text that nobody reads any
# more goes.
_KEEP_DRAFT = """
    WITH wording AS (
        INSERT INTO actionplans_wording (id, plan_id, text) VALUES (%(wording)s, %(plan)s, %(text)s)
        ON CONFLICT DO NOTHING
    )
    INSERT INTO actionplans_plantext (plan_id, kind, wording_id) VALUES (%(plan)s, %(kind)s, %(wording)s)
    ON CONFLICT (plan_id, kind, revision_id, reader_id) DO UPDATE SET wording_id = excluded.wording_id
"""


def keep_draft(plan: ActionPlan, draft: Draft) -> None:
    wanted = texts.of_draft(draft)
    wording = Wording.of(plan.pk, wanted.text)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_DRAFT,
            {"wording": wording.pk, "plan": plan.pk, "text": wanted.text, "kind": str(wanted.kind)},
        )


def keep_version(revision: Revision) -> None:
    wanted = texts.of_version(revision)
    _replace(revision.plan, Q(kind=TextKind.VERSION, revision=revision), [wanted])


def keep_published(plan: ActionPlan) -> None:
    _replace(plan, Q(kind=TextKind.PUBLISHED), texts.of_published(plan))


def keep_sent(sent: SharedRevision, actor: Actor) -> None:
    keep_shared(sent.share, actor)


def keep_shared(share: PlanShare, _actor: Actor) -> None:
    """What its party has of it, nothing once it has ended; nor has the one of which it was before."""
    whose = Q(reader_id=share.organisation_id) | Q(reader_id=share.typed_in_as_id, reader_id__isnull=False)
    _replace(share.plan, Q(whose, kind=TextKind.SHARED), texts.of_share(share))


def keep_texts(plan: ActionPlan) -> None:
    """All of them: no word that was removed is left in any."""
    as_it_is = ActionPlan.objects.get(pk=plan.pk)  # the caller's may hold what was removed
    _replace(plan, Q(), texts.of_plan(as_it_is))


def keep_carried_over(_old: Finding, new: Finding, _actor: Actor) -> None:
    """Registered behind the plan and its shares."""
    plan = ActionPlan.objects.filter(finding=new, carried_on_from__isnull=False).first()
    if plan is not None:
        keep_texts(plan)


def _replace(plan: ActionPlan, which: Q, wanted: Iterable[texts.Wanted]) -> None:
    PlanText.objects.filter(which, plan=plan).delete()
    PlanText.objects.bulk_create(_rows(plan, wanted))


def _rows(plan: ActionPlan, wanted: Iterable[texts.Wanted]) -> list[PlanText]:
    """With their wordings, which are written where there is no such yet; those that nobody reads any more just go."""
    read = [(each, Wording.of(plan.pk, each.text)) for each in wanted]
    Wording.objects.bulk_create({row.pk: row for _each, row in read}.values(), ignore_conflicts=True)
    return [
        PlanText(
            plan_id=plan.pk,
            kind=each.kind,
            revision_id=each.revision_id,
            reader_id=each.reader_id,
            wording_id=row.pk,
        )
        for each, row in read
    ]
