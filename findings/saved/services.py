"""Every write to saved views: save one, change it, remove it.

What is for its maker alone leaves no event; what a whole organisation sees is on that organisation's record.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from findings.filters import Filters
from findings.models import SavedView
from findings.saved import policy
from findings.saved.places import Place
from findings.saved.queries import query_of
from findings.saved.querysets import SavedViewQuerySet
from stakeholders.models import Organisation
from stakeholders.services.steps import check_and_save, lock_organisation, record

MOST = 40  # of one person, and of those that an organisation shares: more are found by no eye


class Naming(NamedTuple):
    """What it is called, and whether colleagues see it."""

    name: str
    is_shared: bool


@transaction.atomic
def save_view(*, actor: Actor, place: Place, filters: Filters, naming: Naming) -> SavedView:
    """InvalidInput by field where the name is missing or taken; Conflict where nothing is chosen, or there are too many.

    Of what is set only that is kept which the actor may choose. The same once more is the one that is there.
    """
    saver, organisation = _lock(actor)
    if naming.is_shared:
        policy.check_shares(actor)
    query = query_of(filters)
    if not query:
        raise Conflict(_("Nothing is chosen yet. Set the filters that the view is to keep, then save it."))
    view = SavedView(organisation=organisation, made_by_id=saver.person_id, place=place.name, query=query)
    there = _beside(view, naming).filter(name__iexact=_tidy(naming.name)).first()
    if there is not None and _is_the_same(there, view):  # sent twice
        return there
    if _beside(view, naming).count() >= MOST:
        raise Conflict(_too_many(naming))
    _name(view, naming)
    if view.is_shared:
        record(organisation, "view_shared", actor, personal={"name": view.name})
    return view


@transaction.atomic
def change_view(*, view_id: UUID, actor: Actor, naming: Naming) -> SavedView:
    """Call it something else, share it, or keep it for oneself again. InvalidInput where the name is taken."""
    _saver, organisation = _lock(actor)
    view = _visible(view_id, actor)
    policy.check_changes(actor, view)
    before = Naming(view.name, view.is_shared)
    if not policy.may_choose_sharing(actor, view):
        naming = naming._replace(is_shared=view.is_shared)
    naming = naming._replace(name=_tidy(naming.name))
    if naming == before:
        return view
    if naming.is_shared != before.is_shared and _beside(view, naming).count() >= MOST:
        raise Conflict(_too_many(naming))
    _name(view, naming)
    _record_change(organisation, actor, before, naming)
    return view


@transaction.atomic
def remove_view(*, view_id: UUID, actor: Actor) -> None:
    """For good; of a shared one, for everybody. One that is gone already stays so."""
    _saver, organisation = _lock(actor)
    view = _visible(view_id, actor)
    policy.check_changes(actor, view)
    view.delete()
    if view.is_shared:
        record(organisation, "view_removed", actor, personal={"name": view.name})


def _lock(actor: Actor) -> tuple[policy.Saver, Organisation]:
    """The organisation's row orders all writes here, so that a name which is free stays so."""
    saver = policy.check_saves(actor)
    return saver, lock_organisation(saver.organisation_id)


def _visible(view_id: UUID, actor: Actor) -> SavedView:
    view = SavedView.objects.visible_to(actor).select_for_update().filter(pk=view_id).first()
    if view is None:
        raise Conflict(
            _("This view is not there any more: it was removed, or whoever made it shares it no longer.")
        )
    return view


def _beside(view: SavedView, naming: Naming) -> SavedViewQuerySet:
    there = SavedView.objects.beside(
        organisation_id=view.organisation_id, made_by_id=view.made_by_id, is_shared=naming.is_shared
    )
    return there.exclude(pk=view.pk)


def _name(view: SavedView, naming: Naming) -> None:
    view.name, view.is_shared = _tidy(naming.name), naming.is_shared
    if not view.name:
        raise _refused(_("Give the view a name."))
    taken = (
        _("Your organisation shares a view of this name already. Choose another name.")
        if view.is_shared
        else _("You have a view of this name already. Choose another name.")
    )
    if _beside(view, naming).filter(name__iexact=view.name).exists():
        raise _refused(taken)
    check_and_save(view, taken=taken)


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput(_("This view cannot be saved like that."), fields={"name": [sentence]})


def _is_the_same(one: SavedView, other: SavedView) -> bool:
    return (one.made_by_id, one.place, one.query) == (other.made_by_id, other.place, other.query)


def _too_many(naming: Naming) -> str:
    if naming.is_shared:
        return _("Your organisation shares %(most)s views already. Remove one first.") % {"most": MOST}
    return _("You have %(most)s views already. Remove one first.") % {"most": MOST}


def _record_change(organisation: Organisation, actor: Actor, before: Naming, after: Naming) -> None:
    if after.is_shared and before.is_shared:
        record(organisation, "view_renamed", actor, personal={"before": before.name, "name": after.name})
    elif after.is_shared:
        record(organisation, "view_shared", actor, personal={"name": after.name})
    elif before.is_shared:
        record(organisation, "view_unshared", actor, personal={"name": before.name})


def _tidy(name: str) -> str:
    return " ".join(name.split())
