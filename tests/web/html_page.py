"""Pages as tests read them: elements, and what a browser sends of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

_VOID = frozenset({"input", "meta", "img", "br", "link", "hr"})


@dataclass
class Element:
    """One element, with what is in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words in it, with single spaces."""
        parts = [c if isinstance(c, str) else c.text for c in self.children]
        return " ".join(" ".join(parts).split())

    def all(self, tag: str = "", **wanted: str) -> list["Element"]:
        """The elements below with a tag and attributes, in their order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                names = {name.rstrip("_").replace("_", "-"): v for name, v in wanted.items()}
                fits = all(child.attributes.get(name) == value for name, value in names.items())
                if tag in ("", child.tag) and fits:
                    found.append(child)
                found.extend(child.all(tag, **wanted))
        return found

    def one(self, tag: str = "", **wanted: str) -> "Element":
        """The first of them."""
        found = self.all(tag, **wanted)
        assert found, f"no {tag} {wanted} in {self.text[:2000]}"
        return found[0]

    @property
    def name(self) -> str:
        """What it is called: its label, else its words."""
        return self.attributes.get("aria-label") or self.text


class _Tree(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self._here = Element("", {}, None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Adds an element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, self._here)
        self._here.children.append(element)
        if tag not in _VOID:
            self._here = element

    def handle_endtag(self, tag: str) -> None:
        """Ends an element; every one is closed by its own tag."""
        assert self._here.tag == tag, f"</{tag}> ends <{self._here.tag}>"
        assert self._here.parent is not None
        self._here = self._here.parent

    def handle_data(self, data: str) -> None:
        """Adds words; those of scripts and styles are nobody's."""
        if self._here.tag not in ("script", "style"):
            self._here.children.append(data)


class Page:
    """A page that came."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.root = _Tree(response.text).root

    @property
    def step(self) -> str:
        """What `data-step` says."""
        return self.root.one("main").attributes["data-step"]

    @property
    def heading(self) -> str:
        """The one heading of the page."""
        (heading,) = self.root.all("h1")
        return heading.text

    def id(self, name: str) -> Element:
        """The element with an id; no other has it."""
        (element,) = self.root.all(id=name)
        return element

    def has(self, name: str) -> bool:
        """Whether something has an id."""
        return bool(self.root.all(id=name))

    def button(self, name: str) -> Element:
        """The button with a name."""
        found = [b for b in self.root.all("button") if b.name == name]
        assert found, f"no button {name!r} among {[b.name for b in self.root.all('button')]}"
        return found[0]

    def link(self, name: str) -> Element:
        """The link with a name."""
        found = [a for a in self.root.all("a") if a.name == name]
        assert found, f"no link {name!r} among {[a.name for a in self.root.all('a')]}"
        return found[0]


def form_of(page: Page, button: Element) -> Element:
    """The form that a button sends."""
    if "form" in button.attributes:
        return page.id(button.attributes["form"])
    here: Element | None = button
    while here is not None and here.tag != "form":
        here = here.parent
    assert here is not None
    return here


def fields_of(page: Page, form: Element, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a browser sends of a form."""
    pairs: list[tuple[str, str]] = []
    for one in form.all():
        name = one.attributes.get("name")
        if name is None or one.tag not in ("input", "textarea", "select"):
            continue
        if one.tag == "select":
            options = one.all("option")
            chosen_options = [o for o in options if "selected" in o.attributes] or options[:1]
            value = chosen_options[0].attributes["value"] if chosen_options else ""
            pairs.append((name, typed.get(name, value)))
            continue
        kind = one.attributes.get("type", "text")
        if kind in ("radio", "checkbox"):
            wanted = typed.get(name)
            chosen = "checked" in one.attributes
            if wanted is not None:
                values = [wanted] if isinstance(wanted, str) else wanted
                chosen = one.attributes.get("value") in values
            if chosen:
                pairs.append((name, one.attributes.get("value", "on")))
        elif name in typed and kind != "hidden":
            pairs.append((name, typed[name]))
        else:
            text = one.attributes.get("value", "")
            if one.tag == "textarea":
                text = "".join(c for c in one.children if isinstance(c, str)).removeprefix("\n")
            pairs.append((name, text))
    return pairs
