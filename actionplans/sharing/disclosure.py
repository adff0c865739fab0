"""Which parties' names a text would disclose to another party that reads it."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actionplans.annex import Document
from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import PlanShare
from stakeholders.models import Organisation, Site

# What stands behind a company's name on paper, its legal form above all, and is left out when people write.
_LEFT_OUT = frozenset(
    [
        "ab",
        "ag",
        "as",
        "asa",
        "bhd",
        "bv",
        "bvba",
        "co",
        "company",
        "corp",
        "corporation",
        "europe",
        "gb",
        "gmbh",
        "group",
        "holding",
        "holdings",
        "inc",
        "incorporated",
        "international",
        "kg",
        "kk",
        "limited",
        "llc",
        "llp",
        "ltd",
        "ltda",
        "nv",
        "oy",
        "plc",
        "private",
        "pt",
        "pte",
        "pty",
        "pvt",
        "retail",
        "sa",
        "sac",
        "sarl",
        "sas",
        "se",
        "sl",
        "spa",
        "srl",
        "store",
        "stores",
        "supermarket",
        "supermarkets",
        "ug",
        "uk",
    ]
)
_WORDS = re.compile(r"\w+")
# Scripts from Thai on that put no blanks between words: there a name is looked for letter by letter.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7af\uf900-\ufaff]")


def parties_of(site: Site) -> QuerySet[Organisation]:
    """Every organisation that is or was a customer of the site, or had one of its plans shared with it."""
    return Organisation.objects.filter(
        Q(trading_relationships__site=site) | Q(plan_shares__plan__finding__site=site)
    ).distinct()


def parties_with_share(site: Site) -> QuerySet[Organisation]:
    """Registered with `plans.hooks`: with whom a plan of the site is shared now, and whom its supplier typed in."""
    shares = PlanShare.objects.live().filter(plan__finding__site=site)
    typed_in = Q(private_to=site.supplier_id, linked_to=None)
    return Organisation.objects.filter(typed_in | Q(pk__in=shares.values("organisation")))


def named_in(text: str, organisations: Iterable[Organisation]) -> list[Organisation]:
    """Those whose name or reference occurs in the text, however it is capitalised, accented or hyphenated.

    A name is found without its legal form too ("Northmarket" for "Northmarket Stores Ltd").
    """
    words = _words(text)
    spaced, joined = f" {' '.join(words)} ", "".join(words)
    return [
        organisation
        for organisation in organisations
        if any(_occurs(name, spaced, joined) for name in _names_of(organisation))
    ]


def _names_of(organisation: Organisation) -> tuple[str, ...]:
    """Its id stands in a row for which it was chosen, under whatever name; typed in, it has no reference."""
    return organisation.name, organisation.reference, str(organisation.pk)


def disclosed_to(
    reader_id: UUID, document: Document, note: str, parties: Collection[Organisation]
) -> list[Organisation]:
    """The other parties whose names the reader would meet in the plan or in the note to it."""
    texts = (text for section in document.texts_for(reader_id).values() for text in section)
    return named_in("\n".join([*texts, note]), [party for party in parties if party.pk != reader_id])


def named_to(plan: ActionPlan, words: str, reader_id: UUID | None) -> list[Organisation]:
    """Registered with `evidence.hooks`: the parties that words beside a file name to one other, or to all."""
    return named_in(words, [party for party in parties_known_to(plan) if party.pk != reader_id])


def rows_naming(
    organisation: Organisation, document: Document, note: str = "", readers: Iterable[UUID | None] = (None,)
) -> list[str | Promise]:
    """The labels of the rows in which one of the readers finds it named, for whoever is to take the name out."""
    read = [document.texts_for(reader) for reader in readers]
    rows: list[str | Promise] = [
        field.label
        for field in document.template.fields
        if any(named_in("\n".join(texts[field.name]), [organisation]) for texts in read)
    ]
    return [*rows, _("Note")] if named_in(note, [organisation]) else rows


def parties_known_to(plan: ActionPlan, joining: Iterable[Organisation] = ()) -> list[Organisation]:
    """Whose names matter for this plan: the site's parties, and those that are about to become one."""
    known = {party.pk: party for party in [*parties_of(plan.finding.site), *joining]}
    return sorted(known.values(), key=lambda party: party.name)


def _occurs(name: str, spaced: str, joined: str) -> bool:
    words = _words(name)
    if not words:
        return False
    if _UNSPACED.search(name):
        return "".join(words) in joined
    while len(words) > 1 and words[-1] in _LEFT_OUT:
        words.pop()
    return f" {' '.join(words)} " in spaced


def _words(text: str) -> list[str]:
    """The text's words without case, accents and marks, so that spellings of one name agree."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORDS.findall(kept.replace("_", " "))
