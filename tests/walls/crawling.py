"""Reading the portal as a browser without JavaScript does: every page that links lead to, every form on it."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from tests.actionplans.papers import pdf_at

# Followed by no crawl: what every page loads, and the mail of everybody, open on the local run alone.
ELSEWHERE = ("/static/", "/local/")


@dataclass
class Form:
    """A form as it would be sent untouched; `choices` are all values of its groups and lists."""

    page: str
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """Two forms with the same key are the same code at work."""
        names = sorted({*self.fields, *self.choices, *self.buttons})
        return (self.method, self.action.partition("?")[0], tuple(names))

    def filled(self) -> dict[str, list[str]]:
        """With the first choice that says something where none is ticked, and none of the named buttons."""
        sent = {name: list(values) for name, values in self.fields.items()}
        for name, values in self.choices.items():
            if not any(sent.get(name, [])):
                sent[name] = list(filter(None, values))[:1]
        return sent


class Page(HTMLParser):
    """The links and forms of a page, the text in its tags left as it is."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url, self.links, self.forms = url, list[str](), list[Form]()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._select = self._textarea = ""
        self._typed: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.url, given["href"]).partition("#")[0])
        elif tag == "form":
            action = urljoin(self.url, given.get("action") or self.url).partition("#")[0]
            self.forms.append(Form(self.url, action, given.get("method", "get").lower()))
        elif self.forms:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.forms[-1], given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given:
                form.fields[self._select] = [value]
        elif tag == "textarea":
            self._textarea, self._typed = name, []
        elif tag == "button" and name:
            form.buttons.setdefault(name, []).append(value)
        elif tag == "input" and name:
            self._input(form, name, value, given)

    @staticmethod
    def _input(form: Form, name: str, value: str, given: dict[str, str]) -> None:
        if given.get("type") in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.fields.setdefault(name, []).append(value or "on")
        else:
            form.fields.setdefault(name, []).append(value)
            if given.get("type") != "hidden":
                form.texts.append(name)

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._typed.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._textarea:
            form = self.forms[-1]
            form.fields.setdefault(self._textarea, []).append("".join(self._typed).removeprefix("\n"))
            form.texts.append(self._textarea)
            self._textarea = ""


@dataclass(frozen=True)
class Answer:
    url: str
    response: HttpResponse

    @property
    def is_page(self) -> bool:
        return str(self.response.headers.get("Content-Type", "")).startswith("text/html")

    @cached_property
    def page(self) -> Page:
        return Page(self.url, self.response.content.decode())


def got(response: object) -> HttpResponse:
    """What the test client gives back, as the response that it is; a file that is streamed, as a whole."""
    if isinstance(response, StreamingHttpResponse):
        return HttpResponse(b"".join(response), status=response.status_code, headers=response.headers)
    assert isinstance(response, HttpResponse)
    return response


def fetched(client: Client, url: str) -> HttpResponse:
    """What a browser that waits comes to: a PDF, once a worker has made it."""
    return got(pdf_at(client, url))


def crawl(client: Client, *starts: str, follows: Callable[[str], bool] | None = None) -> list[Answer]:
    """Every answer that links lead to from `starts` (or the landing page), in the order of its finding."""
    waiting = deque(starts or ("/",))
    seen = set(waiting)
    answers = []
    while waiting:
        url = waiting.popleft()
        answer = Answer(url, fetched(client, url))
        answers.append(answer)
        for link in _leads_to(answer):
            if link not in seen and (follows is None or follows(link)):
                seen.add(link)
                waiting.append(link)
    return answers


def leads_to_file(url: str) -> bool:
    """Whether it is a file to take along, whose text is no markup."""
    return any(
        part in url for part in ("/pdf/", "/csv/", "/excel/", "/template/", "/problems/", "/evidence/")
    )


def few_of_each(most: int = 1) -> Callable[[str], bool]:
    """Of each route so many pages: those of a second CAR have the forms of the first."""
    counts: Counter[str] = Counter()

    def follows(url: str) -> bool:
        try:
            route = resolve(url.partition("?")[0]).route
        except Resolver404:
            return True
        counts[route] += 1
        return counts[route] <= most

    return follows


def _leads_to(answer: Answer) -> Iterator[str]:
    found = [urljoin(answer.url, answer.response["Location"])] if "Location" in answer.response else []
    if answer.is_page:
        found += answer.page.links
    for link in found:
        parts = urlsplit(link)
        if not parts.netloc and not parts.scheme and not parts.path.startswith(ELSEWHERE):
            yield link


def forms_of(answers: list[Answer]) -> list[Form]:
    """Each form once, however many pages show it (the menus of the header stand on all of them)."""
    found: dict[Any, Form] = {}
    for answer in answers:
        if answer.is_page:
            for form in answer.page.forms:
                found.setdefault(form.key, form)
    return list(found.values())
