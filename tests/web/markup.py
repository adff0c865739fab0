"""Reading what a template made: its elements in order, and whether what they refer to is there."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.template import Context, Template

VOID = {"input", "meta", "link", "br", "hr", "img", "path", "circle", "rect"}
REFERRING = ("for", "aria-labelledby", "aria-describedby")


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element | str] = []

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def __contains__(self, attribute: str) -> bool:
        return attribute in self.attributes

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """What a screen reader says: hidden text included, white space as one blank."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())

    def walk(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """The elements below; `class_` wants one class, `aria_current="page"` an attribute's whole value."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.walk()
            if (not tag or element.tag == tag)
            and all(
                value in element.classes if name == "class" else element.attributes.get(name) == value
                for name, value in wanted.items()
            )
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} × {tag} {attributes}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self._open = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(element)
        if tag not in VOID:
            self._open = element

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open.tag == tag, f"</{tag}> closes <{self._open.tag}>"
        assert self._open.parent is not None
        self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)


def parse(html: str) -> Element:
    """The elements of `html`, each of them closed; of a mail, too, whose styles are inline."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader._open is reader.root, f"<{reader._open.tag}> is not closed"
    return reader.root


def read(html: str) -> Element:
    """The elements of a page; fails where they are not closed, a reference leads nowhere, or a style is inline."""
    root = parse(html)
    elements = list(root.walk())
    ids = Counter(element["id"] for element in elements if "id" in element)
    assert not [id_ for id_, times in ids.items() if times > 1], f"the same id twice: {ids}"
    for element in elements:
        inline = [name for name in element.attributes if name == "style" or name.startswith("on")]
        assert not inline, f"<{element.tag}> has {inline}"
        for name in REFERRING:
            lost = set(element.attributes.get(name, "").split()) - set(ids)
            assert not lost, f"{name} of <{element.tag}> leads nowhere: {lost}"
    return root


def render(source: str, **context: Any) -> Element:
    """A template of the components' tags, read."""
    return read(Template("{% load i18n components %}" + source).render(Context(context)))
