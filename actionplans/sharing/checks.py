"""What must hold before a plan is shared with a party, or published to those who read it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from actionplans.annex import Document, Template
from actionplans.plans.models import ActionPlan
from actionplans.sharing.disclosure import disclosed_to, parties_known_to
from carportal.core.errors import Conflict, InvalidInput
from findings.models import Finding, FindingStatus
from stakeholders.models import Organisation, Visibility


class NamesDisclosed(Conflict):
    """A reader would learn of other parties; `names` maps the reader to those it would read of."""

    def __init__(self, names: Mapping[UUID, list[Organisation]]) -> None:
        super().__init__(
            _(
                "The text names parties that its readers may not know of. Confirm that they may read these names."
            )
        )
        self.names = dict(names)


def problems_of_asks(
    asks: Mapping[str, bool], *, template: Template, finding: Finding, document: Document
) -> list[str]:
    """The sentences on what cannot be asked so; none when all is well."""
    if not all(any(ask.key == key for ask in template.asks) for key in asks):
        return [_("The template has no such line in its last row.")]
    wanted = [ask for ask in template.asks if asks.get(ask.key)]
    if not wanted:
        return [_("Say what you are looking for: answer at least one line with yes.")]
    problems = []
    for ask in wanted:
        if ask.excludes_others and len(wanted) > 1:
            problems.append(
                _("“%(ask)s” cannot be combined with anything else: answer the other lines with no.")
                % {"ask": ask.short}
            )
        if ask.needs_car_in_progress and finding.status != FindingStatus.IN_PROGRESS:
            problems.append(
                _("“%(ask)s” is for a CAR that is in progress; this one is still open.") % {"ask": ask.short}
            )
        problems += [
            _("Before you ask for it, fill in “%(label)s”.") % {"label": template.field(name).label}
            for name in ask.needed_fields
            if not document.is_written(name)
        ]
    return problems


def check_can_be_shared(document: Document) -> None:
    """InvalidInput that names every field which even an outline must have."""
    missing = document.missing_to_share()
    if missing:
        raise InvalidInput(
            _("The plan cannot be shared yet."),
            fields={
                field.name: [_("Fill in “%(label)s” before you share.") % {"label": field.label}]
                for field in missing
            },
        )


def names_for_readers(plan: ActionPlan, document: Document) -> dict[UUID, list[Organisation]]:
    """For each customer that reads the site's published plans: the other parties that the text names."""
    readers = Organisation.objects.filter(
        trading_relationships__site=plan.finding.site,
        trading_relationships__ended_at=None,
        trading_relationships__visibility=Visibility.PUBLISHED_PLANS,
    ).distinct()
    parties = parties_known_to(plan)
    found = {reader.pk: disclosed_to(reader.pk, document, "", parties) for reader in readers}
    return {reader: named for reader, named in found.items() if named}


def check_names_before_publishing(
    plan: ActionPlan, document: Document, confirmed_names: Collection[UUID]
) -> None:
    """Registered with `plans.hooks`: publishing, too, shows the text to customers who must not learn of others."""
    found = {
        reader: [each for each in named if each.pk not in confirmed_names]
        for reader, named in names_for_readers(plan, document).items()
    }
    unconfirmed = {reader: named for reader, named in found.items() if named}
    if unconfirmed:
        raise NamesDisclosed(unconfirmed)
