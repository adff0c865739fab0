"""Whom a site may choose as a stakeholder of its plan, without their reference: those it deals with here."""

from actionplans.plans import hooks
from stakeholders.models import Organisation, Site


def parties_to_choose(site: Site) -> list[Organisation]:
    """Its current customers, and what rooms further out know of; by name."""
    customers = Organisation.objects.filter(
        trading_relationships__site=site, trading_relationships__ended_at=None
    )
    found = {
        each.pk: each for each in [*customers, *(each for know in hooks.known_parties for each in know(site))]
    }
    return sorted(found.values(), key=lambda organisation: organisation.name)
