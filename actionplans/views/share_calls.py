"""Times for a call, proposed along with the plan to each party of which a call is asked."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.calls.forms import OfferForm
from actionplans.calls.offers import Offer, clean_offer
from actionplans.calls.services.sharing import purpose_asked
from actionplans.calls.times import in_words
from actionplans.sharing.services import Party
from actionplans.views.forms import add_errors
from carportal.core.errors import InvalidInput


class CallBeside:
    """The part of the sharing pages that offers a call; left empty, none is proposed."""

    def __init__(self, data: Any = None) -> None:
        self.form = OfferForm(data, prefix="call", needed=False)

    @property
    def offer(self) -> Offer | None:
        """Of a valid form."""
        return self.form.offer if self.form.is_wanted else None

    def suits(self, parties: Iterable[Party]) -> bool:
        """Whether it can be proposed to these; what cannot be stands beside its field."""
        if not self.form.is_valid():
            return False
        if self.offer is None:
            return True
        if not any(map(purpose_asked, parties)):
            self.form.add_error(
                "slot_1",
                _("You ask nobody for a call. Ask at least one of them for it, or leave the times empty."),
            )
            return False
        try:
            clean_offer(self.offer, now=timezone.now())
        except InvalidInput as error:
            add_errors(self.form, error)
            return False
        return True

    @property
    def problems(self) -> list[dict[str, str]]:
        """Each sentence with the field to which it leads."""
        return [
            {"text": str(sentence), "target": field.auto_id}
            for field in self.form
            for sentence in field.errors
        ]

    def times_for(self, party: Party) -> list[str]:
        """Those that the party will be offered, for the page on which that is checked."""
        if self.offer is None or purpose_asked(party) is None:
            return []
        return [in_words(slot, self.offer.duration) for slot in sorted(self.offer.slots)]
