"""Sharing the draft, frozen as it stands, with the parties that the site chooses."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Document, Field, FieldKind, clean_value, template_of
from actionplans.plans import policy as plan_policy
from actionplans.plans.drafts import draft_of, today_at
from actionplans.plans.models import ActionPlan, Revision
from actionplans.plans.services import check_seen, freeze_revision, lock_plan, of_revision, record_on
from actionplans.sharing import events, hooks
from actionplans.sharing.checks import NamesDisclosed, check_can_be_shared, problems_of_asks
from actionplans.sharing.disclosure import disclosed_to, parties_known_to
from actionplans.sharing.models import PlanShare, SharedRevision, ShareStatus
from actionplans.sharing.order import now_after
from actionplans.sharing.policy import PARTY_KINDS
from carportal.core.actor import Actor, OrganisationKind
from carportal.core.errors import InvalidInput
from carportal.core.notifications import notify
from findings.models import AccessLevel, AccessSource
from findings.services import grant_access
from stakeholders.models import Organisation, Site, TradingRelationship
from stakeholders.reminding import first_look

NOTE = Field("note", gettext_lazy("Note"), FieldKind.TEXT, "", "", max_length=2000)


class Party(NamedTuple):
    """Whom to share with, what to ask of it, and which other parties' names it may read in the text."""

    organisation_id: UUID
    asks: Mapping[str, bool]
    note: str = ""
    confirmed_names: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What sharing would send: the text, to whom, and the names of others that a party would read."""

    document: Document
    parties: list[Party]
    organisations: Mapping[UUID, Organisation]
    names: Mapping[UUID, list[Organisation]]


def prepare_share(
    *, plan: ActionPlan, actor: Actor, parties: Iterable[Party | tuple[UUID, Mapping[str, bool], str]]
) -> Prepared:
    """Check all but the confirmation of names; InvalidInput and Conflict as `share_plan`, nothing written."""
    chosen = [_cleaned(Party(*party)) for party in parties]
    plan_policy.check_writes(actor, plan.finding)
    plan_policy.check_under_way(plan.finding)
    document = draft_of(plan).document
    check_can_be_shared(document)
    organisations = _organisations(chosen, plan)
    _check_asks(plan, document, chosen)
    known = parties_known_to(plan, joining=organisations.values())
    names = {
        party.organisation_id: disclosed_to(party.organisation_id, document, party.note, known)
        for party in chosen
    }
    return Prepared(document, chosen, organisations, names)


@transaction.atomic
def share_plan(
    *,
    plan_id: UUID,
    actor: Actor,
    parties: Iterable[Party | tuple[UUID, Mapping[str, bool], str]],
    seen: str = "",
) -> list[PlanShare]:
    """Freeze the draft and share that revision with each party, with all of them or none.

    `seen` is the SHA-256 of the text that the actor looked at. InvalidInput names what is missing by
    field, and what is wrong with a party by the organisation's id; NamesDisclosed asks to confirm names.
    """
    parties = list(parties)
    _lock_typed_in(parties)
    _lock_site_of(plan_id)
    plan = lock_plan(plan_id)
    prepared = prepare_share(plan=plan, actor=actor, parties=parties)
    check_seen(prepared.document, seen)
    _check_names(prepared)
    revision = freeze_revision(plan, prepared.document, actor=actor)
    return [
        _send(plan, revision, party, prepared.organisations[party.organisation_id], actor)
        for party in prepared.parties
    ]


def _cleaned(party: Party) -> Party:
    try:
        return party._replace(note=clean_value(NOTE, party.note))
    except InvalidInput as error:
        raise InvalidInput(error.message, fields={str(party.organisation_id): [error.message]}) from error


def _lock_typed_in(parties: Iterable[Party | tuple[UUID, Mapping[str, bool], str]]) -> None:
    """None of them is linked to a known organisation meanwhile: that must find the share, or the share it."""
    ids = [Party(*party).organisation_id for party in parties]
    typed_in = Organisation.objects.unverified().filter(pk__in=ids).order_by("pk")
    list(typed_in.select_for_update(no_key=True).values_list("pk"))


def _lock_site_of(plan_id: UUID) -> None:
    """No relationship of the site ends meanwhile: its end must find the share, or the share its end."""
    site_id = ActionPlan.objects.values_list("finding__site_id", flat=True).get(pk=plan_id)
    Site.objects.select_for_update(no_key=True).get(pk=site_id)


def _organisations(chosen: list[Party], plan: ActionPlan) -> dict[UUID, Organisation]:
    """The parties' organisations.

    InvalidInput for none, the same twice, a kind that reads no plans, a party that another supplier typed in, or
    a customer that does not buy from the site (any more).
    """
    if not chosen:
        raise InvalidInput(_("Choose at least one party to share the plan with."))
    ids = [party.organisation_id for party in chosen]
    supplier_id = plan.finding.site.supplier_id
    found = Organisation.objects.open_to(supplier_id).filter(kind__in=PARTY_KINDS).in_bulk(ids)
    if len(found) < len(ids):
        refused = [each for each in ids if each not in found]
        sentence = (
            _("A plan is not shared with an organisation of this kind.")
            if refused
            else _("The same party is chosen twice.")
        )
        raise InvalidInput(sentence, fields={str(each): [sentence] for each in refused})
    _check_customers(found, plan)
    return found


def _check_customers(found: Mapping[UUID, Organisation], plan: ActionPlan) -> None:
    """Of one that was typed in the supplier says so itself, and one that has the plan may be sent it anew."""
    relationships = TradingRelationship.objects.current().filter(site=plan.finding.site_id)
    buying = set(
        relationships.values_list("customer_id", flat=True).union(
            plan.shares.live().values_list("organisation_id", flat=True)
        )
    )
    wrong = {
        str(each.pk): [
            _("%(customer)s is not a customer of this site. A manager of your organisation can add it first.")
            % {"customer": each.name}
        ]
        for each in found.values()
        if each.kind == OrganisationKind.CUSTOMER and not each.is_unverified and each.pk not in buying
    }
    if wrong:
        raise InvalidInput(_("A plan is shared with customers of the site only."), fields=wrong)


def _check_asks(plan: ActionPlan, document: Document, chosen: list[Party]) -> None:
    template = template_of(plan.template_version)
    problems = {
        str(party.organisation_id): problems_of_asks(
            party.asks, template=template, finding=plan.finding, document=document
        )
        for party in chosen
    }
    wrong = {party: sentences for party, sentences in problems.items() if sentences}
    if wrong:
        raise InvalidInput(_("Look again at what you ask for."), fields=wrong)


def _check_names(prepared: Prepared) -> None:
    left = {
        party.organisation_id: [
            each for each in prepared.names[party.organisation_id] if each.pk not in party.confirmed_names
        ]
        for party in prepared.parties
    }
    if unconfirmed := {party: names for party, names in left.items() if names}:
        raise NamesDisclosed(unconfirmed)


def _send(
    plan: ActionPlan, revision: Revision, party: Party, organisation: Organisation, actor: Actor
) -> PlanShare:
    """Send one party the revision with its asks; sent the very same before, it gets nothing again."""
    information_only = template_of(plan.template_version).is_information_only(party.asks)
    share = PlanShare.objects.select_for_update().filter(plan=plan, organisation=organisation).live().first()
    asks = {key: bool(answer) for key, answer in party.asks.items()}
    today = today_at(plan.finding.site, timezone.now())
    if share is None:
        share = _begin(plan, revision, organisation, asked_on=None if information_only else today)
        kind, news = events.PLAN_SHARED, "plan_shared"
    else:
        last = share.sent.first()
        if last is not None and (last.revision_id, last.asks, last.note) == (revision.pk, asks, party.note):
            return share
        if information_only:
            share.inform_anew(revision=revision)
        else:
            share.ask_anew(revision=revision, on=today)
        share.save(update_fields=["status", "revision", "asked_on", "remind_on", "updated_at"])
        kind, news = events.PLAN_SHARED_ANEW, "newer_revision"
    sent = SharedRevision.objects.create(
        share=share,
        revision=revision,
        asks=asks,
        note=party.note,
        sent_at=now_after(share.sent.values_list("sent_at", flat=True).first()),
        sent_by_id=actor.user_id,
    )
    record_on(plan, kind, actor, party_id=organisation.pk, party=organisation.name, **of_revision(revision))
    notify(kind=news, object_id=sent.pk)
    share.plan, share.organisation = plan, organisation
    for follow in hooks.on_sent:
        follow(sent, actor)
    return share


def _begin(
    plan: ActionPlan, revision: Revision, organisation: Organisation, *, asked_on: date | None
) -> PlanShare:
    """A new share, of which the party is asked for a reply on that day, or else only informed."""
    share = PlanShare.objects.create(
        plan=plan,
        organisation=organisation,
        revision=revision,
        status=ShareStatus.INFORMED if asked_on is None else ShareStatus.AWAITING,
        asked_on=asked_on,
        remind_on=asked_on and first_look(asked_on),
    )
    grant_access(
        finding_id=plan.finding_id,
        organisation_id=organisation.pk,
        level=AccessLevel.PLAN,
        source=AccessSource.SHARE,
        source_id=share.pk,
    )
    return share
