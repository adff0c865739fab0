"""The plan's pages as a browser has them: read, and their form sent as it stands but for what a person changes."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.utils.html import strip_tags

from carportal.core.actor import Actor
from stakeholders.models import Organisation, TradingRelationship, Visibility
from stakeholders.services import change_visibility
from tests.actionplans.conftest import Story
from tests.actionplans.making import person_of
from tests.web.markup import Element, read

BLOCK_END = re.compile(r"</(p|li|dt|dd|td|th|h\d)>|<br>")

Response = Any  # what the test client returns: a response with `context` and `redirect_chain`


def client_of(actor: Actor) -> Client:
    """A browser of its own in which this actor is logged in."""
    client = Client()
    client.force_login(person_of(actor))
    return client


def main_of(response: Response) -> Element:
    """The page's own part, after a look at the whole page's markup."""
    return read(response.content.decode()).one("main")


def text_of(response: Response) -> str:
    """What the page says, on one line."""
    main = response.content.decode().partition("<main ")[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(BLOCK_END.sub(r" \g<0>", f"<main {main}"))).split())


def heading_of(response: Response) -> str:
    return main_of(response).one("h1").text


def problems_of(response: Response) -> list[str]:
    """What the error summary says; fails where a problem leads to nothing on the page."""
    main = main_of(response)
    summaries = main.all("div", role="alert")
    if not summaries:
        return []
    ids = {element["id"] for element in main.walk() if "id" in element}
    for link in summaries[0].all("a"):
        assert link["href"].removeprefix("#") in ids, f"{link['href']} leads nowhere"
    return [item.text for item in summaries[0].all("li")]


def form_of(response: Response) -> Element:
    return main_of(response).one("form")


def data_of(form: Element) -> dict[str, list[str]]:
    """What a browser would send if nobody touched the form; no button's own value."""
    data: dict[str, list[str]] = {}
    for control in form.walk():
        if control.tag == "textarea":
            data.setdefault(control["name"], []).append(_text_in(control))
        if control.tag == "select":
            data.setdefault(control["name"], []).append(_chosen_in(control))
        if control.tag != "input" or "name" not in control:
            continue
        if control["type"] in {"radio", "checkbox"} and "checked" not in control:
            continue
        data.setdefault(control["name"], []).append(control.attributes.get("value", ""))
    return data


def _chosen_in(select: Element) -> str:
    options = select.all("option")
    return next((each for each in options if "selected" in each), options[0])["value"]


def _text_in(control: Element) -> str:
    text = "".join(child for child in control.children if isinstance(child, str))
    return text.removeprefix("\n")


def send(client: Client, response: Response, *, press: str = "", **changes: str | list[str]) -> Response:
    """Send the page's form with these values; `press` is the text on the button, else it is the Enter key."""
    form = form_of(response)
    buttons = form.all("button", type="submit")
    pressed = next(each for each in buttons if each.text == press) if press else buttons[0]
    data: dict[str, Any] = {**data_of(form), **changes}
    if "name" in pressed:
        data[pressed["name"]] = pressed["value"]
    send_by = client.get if form["method"] == "get" else client.post
    return send_by(form.attributes.get("action") or response.request["PATH_INFO"], data)


def let_see_plans(story: Story, customer: Organisation) -> None:
    """The supplier lets the customer read the published plans of the site."""
    relationship = TradingRelationship.objects.get(site=story.site, customer=customer)
    change_visibility(actor=story.bob, relationship_id=relationship.pk, visibility=Visibility.PUBLISHED_PLANS)
