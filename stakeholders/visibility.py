"""The three levels of what a customer sees of a site, explained to the supplier who sets them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stakeholders.models import Visibility

EXPLANATIONS: dict[Visibility, str | Promise] = {
    Visibility.SHARES_ONLY: _("The customer sees nothing of this site until you share a plan with it."),
    Visibility.CAR_LIST: _(
        "The customer sees every CAR of this site, open and ended, but no plan that you have not shared with it."
    ),
    Visibility.PUBLISHED_PLANS: _(
        "The customer sees every CAR of this site and the plans you publish, but no drafts and nothing that you write to others."
    ),
}
