"""One box for all that can be searched, and what was found."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest, actor_required
from findings.searching import RANKED, Found, Hit, Source, Words, all_sources
from findings.searching.own import find_references

# Of each kind so many, where all of them are shown together, and on a page of one kind.
SHOWN, PAGE_SIZE = 5, 20


@dataclass(frozen=True, slots=True)
class Part:
    """What was found of one kind; `all_url` leads to the rest of it, where there is more."""

    label: str | Promise
    found: Found
    all_url: str = ""
    newer_url: str = ""
    older_url: str = ""


@actor_required
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """By `q`, and of the kind `in` alone where one is named. A full reference leads straight there."""
    words = Words(request.GET.get("q", ""))
    kind = next((each for each in all_sources() if each.name == request.GET.get("in")), None)
    references: list[Hit] = []
    parts: list[Part] = []
    if words.can_be_searched:
        references = [] if kind else find_references(request.actor, words)
        if len(references) == 1 and words.is_all_of(references[0].name):
            return redirect(references[0].url)
        parts = [_page(kind, request.actor, words, request.GET)] if kind else _parts(request.actor, words)
    context = {
        "words": words,
        "kind": kind,
        "references": references,
        "parts": [part for part in parts if part.found.hits],
        "all_kinds_url": _url(words),
        "ranked": RANKED,
    }
    return render(request, "findings/search.html", context)


def _parts(actor: Actor, words: Words) -> list[Part]:
    parts = []
    for source in all_sources():
        found = source.search(actor, words, 0, SHOWN)
        has_more = found.count > len(found.hits)
        parts.append(Part(source.label, found, _url(words, source) if has_more else ""))
    return parts


def _page(source: Source, actor: Actor, words: Words, query: QueryDict) -> Part:
    asked = query.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    first = (max(number, 1) - 1) * PAGE_SIZE
    found = source.search(actor, words, first, PAGE_SIZE)
    return Part(
        source.label,
        found,
        newer_url=_url(words, source, page=number - 1) if number > 1 else "",
        older_url=_url(words, source, page=number + 1) if first + len(found.hits) < found.count else "",
    )


def _url(words: Words, source: Source | None = None, *, page: int = 1) -> str:
    query = {"q": words.entered} | ({"in": source.name} if source else {})
    return f"{reverse('search')}?{urlencode(query | ({'page': str(page)} if page > 1 else {}))}"
