"""Sharing in three steps: with whom, what each is asked, and a look at what each will see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.annex import Audience, Document, render_document, template_of
from actionplans.calls.services import share_and_propose
from actionplans.duties.owned import actions_of
from actionplans.guests.reading import reached
from actionplans.models import ActionPlan, PlanShare
from actionplans.plans import policy
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.disclosure import rows_naming
from actionplans.sharing.forms import MEANING, AsksForm, PartiesForm
from actionplans.sharing.policy import PARTY_KINDS
from actionplans.sharing.services import Party, Prepared, prepare_share
from actionplans.standing import Standing
from actionplans.views.forms import ids_of
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import own_plan, written_finding
from actionplans.views.share_calls import CallBeside
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import DomainError, InvalidInput
from stakeholders.models import Organisation


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_share(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The address names the parties (`?party=…`), so that the second step can be gone back to."""
    finding = written_finding(request, finding_id)
    plan = own_plan(finding)
    if request.method == "POST":
        return _Sharing(request, plan).post()
    policy.check_under_way(finding)
    standing = Standing(plan)
    if missing := standing.missing_to_share:
        return render(request, "actionplans/share/missing.html", {"finding": finding, "missing": missing})
    choices = _known_parties(plan)
    form = PartiesForm(
        [(str(each.organisation.pk), each.label) for each in choices],
        request.GET if {"party", "reference", "chosen"} & set(request.GET) else None,
        initial={"party": request.GET.getlist("with")},
    )
    if form.is_valid():
        return _Sharing(request, plan).ask(_organisations(plan, form.chosen))
    context = {"finding": finding, "form": form, "named": _named_freely(standing.document)}
    return render(request, "actionplans/share/parties.html", context)


def _named_freely(document: Document) -> list[dict[str, str]]:
    """Stakeholders of the draft that are no organisation here, each to be added as a party of the site's own."""
    rows = [
        row
        for group in document.template.groups
        if group.are_parties
        for row in document.rows.get(group.name, ())
    ]
    named = (
        {"name": row.cells["name"], "kind": row.cells["kind"]}
        for row in rows
        if not row.cells["organisation"]
    )
    return [each for each in named if each["name"]]


@dataclass(frozen=True, slots=True)
class Known:
    """A party that the site may choose without its reference, and the share it has."""

    organisation: Organisation
    share: PlanShare | None

    @property
    def label(self) -> str:
        if self.share is None:
            added = _("%(name)s (added by you, verified by nobody)") % {"name": self.organisation.name}
            return added if self.organisation.is_unverified else self.organisation.name
        return _("%(name)s (has the plan: %(status)s)") % {
            "name": self.organisation.name,
            "status": self.share.get_status_display().lower(),
        }


def _known_parties(plan: ActionPlan) -> list[Known]:
    """The site's current customers, whom its supplier typed in, and whom it shares this plan with already."""
    site = plan.finding.site
    customers = Organisation.objects.filter(
        Q(trading_relationships__site=site, trading_relationships__ended_at=None)
        | Q(private_to=site.supplier_id, linked_to=None)
    )
    shares = {share.organisation_id: share for share in plan.shares.live().select_related("organisation")}
    known = {each.pk: each for each in [*customers, *(share.organisation for share in shares.values())]}
    by_name = sorted(known.values(), key=lambda organisation: organisation.name)
    return [Known(organisation, shares.get(organisation.pk)) for organisation in by_name]


def _organisations(plan: ActionPlan, ids: Iterable[UUID]) -> list[Organisation]:
    parties = Organisation.objects.open_to(plan.finding.site.supplier_id).filter(kind__in=PARTY_KINDS)
    found = parties.in_bulk(list(ids))
    return sorted(found.values(), key=lambda organisation: organisation.name)


class _Sharing:
    """The second and third step, which both carry all that was answered."""

    def __init__(self, request: ActorRequest, plan: ActionPlan) -> None:
        self.request, self.plan, self.finding = request, plan, plan.finding
        self.template = template_of(plan.template_version)
        self.call = CallBeside(request.POST if request.method == "POST" else None)
        shares = plan.shares.live().prefetch_related("sent")
        self.shares = {share.organisation_id: share for share in shares}

    def ask(self, organisations: list[Organisation]) -> HttpResponse:
        return self._asks_page([self._form(each) for each in organisations])

    def post(self) -> HttpResponse:
        organisations = _organisations(self.plan, ids_of(self.request.POST.getlist("party")))
        forms = [self._form(each, self.request.POST) for each in organisations]
        if not forms:
            return redirect("plan_share", self.finding.pk)
        refused = [form for form in forms if not form.is_valid()]
        if refused or self.request.POST.get("step") == "change":
            return self._asks_page(forms)
        parties = [self._confirmed(form.party) for form in forms]
        if not self.call.suits(parties):
            return self._asks_page(forms)
        try:
            prepared = prepare_share(plan=self.plan, actor=self.request.actor, parties=parties)
            if self.request.POST.get("step") != "share":
                return self._check_page(prepared)
            return self._share(parties, prepared)
        except InvalidInput as error:
            return self._refused(forms, error)
        except DomainError as error:
            return self._asks_page(forms, problem=str(error.message), status=error.status)

    def _share(self, parties: list[Party], prepared: Prepared) -> HttpResponse:
        try:
            share_and_propose(
                plan_id=self.plan.pk,
                actor=self.request.actor,
                parties=parties,
                offer=self.call.offer,
                seen=self.request.POST.get("seen", ""),
            )
        except InvalidInput:
            raise
        except DomainError as error:
            return self._check_page(prepared, error)
        mark_saved(self.request)
        names = [prepared.organisations[party.organisation_id].name for party in parties]
        messages.success(
            self.request, _("Plan shared with %(parties)s.") % {"parties": get_text_list(names, _("and"))}
        )
        return redirect("plan", self.finding.pk)

    def _form(self, organisation: Organisation, data: Any = None) -> AsksForm:
        share = self.shares.get(organisation.pk)
        last = next(iter(share.sent.all()), None) if share else None
        words = {meaning: word for word, meaning in MEANING.items()}
        initial = {key: words[answer] for key, answer in last.asks.items()} if last else {}
        return AsksForm(self.template, organisation, data, initial=initial)

    def _confirmed(self, party: Party) -> Party:
        names = ids_of(self.request.POST.getlist(f"names-{party.organisation_id}"))
        return party._replace(confirmed_names=names)

    def _refused(self, forms: list[AsksForm], error: InvalidInput) -> HttpResponse:
        """What is wrong with a party stands in its form; what is missing in the text, above them all."""
        placed = False
        for form in forms:
            for sentence in error.fields.get(str(form.organisation.pk), []):
                form.add_error(None, str(sentence))
                placed = True
        return self._asks_page(forms, problem="" if placed else str(error.message))

    def _asks_page(self, forms: list[AsksForm], *, problem: str = "", status: int = 200) -> HttpResponse:
        context = {
            "finding": self.finding,
            "forms": forms,
            "template": self.template,
            "call_form": self.call.form,
            "problem": problem,
            "problems": self.call.problems,
            "has_errors": bool(problem or self.call.problems) or any(form.errors for form in forms),
            "token": self.request.POST.get("draft_token", ""),
        }
        return render(self.request, "actionplans/share/asks.html", context, status=status)

    def _check_page(self, prepared: Prepared, error: DomainError | None = None) -> HttpResponse:
        """The very text that each party will get, and each name in it that tells of another."""
        reach = reached(prepared.organisations.values())
        parties = [
            {
                "organisation": prepared.organisations[party.organisation_id],
                "without_people": party.organisation_id in reach["without_people"],
                "annex": render_document(prepared.document, _audience(party), get_language()),
                "call": self.call.times_for(party),
                "actions": len(actions_of(party.organisation_id, prepared.document)),
                "names_field": f"names-{party.organisation_id}",
                "names": [
                    {
                        "organisation": named,
                        "rows": rows_naming(named, prepared.document, party.note, [party.organisation_id]),
                        "confirmed": named.pk in party.confirmed_names,
                    }
                    for named in prepared.names[party.organisation_id]
                ],
            }
            for party in prepared.parties
        ]
        context = {
            "finding": self.finding,
            "parties": parties,
            "days": reach["days"],
            "seen": prepared.document.sha256,
            "answers": self._answers(),
            "has_errors": error is not None,
            **_problems(error, prepared),
        }
        return render(
            self.request, "actionplans/share/check.html", context, status=error.status if error else 200
        )

    def _answers(self) -> list[tuple[str, str]]:
        """What was answered, for the check page to carry on unseen."""
        left_out = {"csrfmiddlewaretoken", "step", "seen"}
        return [
            (name, value)
            for name, values in self.request.POST.lists()
            for value in values
            if name not in left_out and not name.startswith("names-")
        ]


def _audience(party: Party) -> Audience:
    """As whom the party will read it."""
    return Audience(organisation_id=party.organisation_id, asks=party.asks, note=party.note)


def _problems(error: DomainError | None, prepared: Prepared) -> dict[str, Any]:
    """The error as the page shows it: a name that is not confirmed leads to its box."""
    if not isinstance(error, NamesDisclosed):
        return {"problem": error.message if error else ""}
    sentence = _("Confirm that %(reader)s may read the name “%(name)s”, or take the name out of the plan.")
    return {
        "problems": [
            {
                "text": sentence % {"reader": prepared.organisations[reader].name, "name": named.name},
                "target": f"names-{reader}-{named.pk}",
            }
            for reader, all_named in error.names.items()
            for named in all_named
        ]
    }
