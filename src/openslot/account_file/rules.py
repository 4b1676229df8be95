"""The rules between the fields of an account file: keys, references, parties, locales."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

from openslot.account_file.entry_rules import (
    booking_page_rules,
    client_rules,
    customer_field_rules,
    hours_rules,
    message_rules,
    reminder_rules,
    webhook_rules,
)
from openslot.account_file.faults import pointer_of
from openslot.account_file.tolerant import mapping, mappings, number_field, texts
from openslot.delivery.outbound.addresses import PUBLIC_INTERNET, Reach
from openslot.kernel.errors import Fault

_KEYED = {  # lists of things with a key, and what one of them is called
    "branches": "branch",
    "serviceGroups": "service group",
    "services": "service",
    "resources": "resource",
    "clients": "client",
    "webhooks": "webhook",
}
_LONGEST_APPOINTMENT_MINUTES = 7 * 1440


def broken_rules(document: dict[str, Any], reach: Reach = PUBLIC_INTERNET) -> Iterator[Fault]:
    """Every fault between the fields of a document, which may have other faults too.

    `reach` says which addresses webhooks may have.
    """
    yield from _duplicate_keys(document)
    yield from _dangling_keys(document)
    yield from _repeated_entries(document)
    yield from _combinations(document)
    yield from _services(document)
    yield from _locales(document)
    yield from hours_rules.broken_rules(document)
    for position, service in mappings(document, "services"):
        yield from customer_field_rules.broken_rules(service, ("services", position))
        yield from reminder_rules.broken_rules(service, ("services", position))
    yield from message_rules.broken_rules(document)
    yield from booking_page_rules.broken_rules(document)
    for position, client in mappings(document, "clients"):
        yield from client_rules.broken_rules(client, ("clients", position))
    for position, webhook in mappings(document, "webhooks"):
        yield from webhook_rules.broken_rules(webhook, reach, ("webhooks", position))


def _duplicate_keys(document: dict[str, Any]) -> Iterator[Fault]:
    for field, what in _KEYED.items():
        yield from _duplicates(document, field, what, ())
    for position, service in mappings(document, "services"):
        yield from _duplicates(service, "questions", "question", ("services", position))
    for position, client in mappings(document, "clients"):
        yield from _duplicates(client, "apiKeys", "API key", ("clients", position))


def _duplicates(
    parent: dict[str, Any], field: str, what: str, above: tuple[str | int, ...]
) -> Iterator[Fault]:
    seen = set()
    for position, entry in mappings(parent, field):
        key = entry.get("key")
        if isinstance(key, str) and key in seen:
            pointer = pointer_of((*above, field, position, "key"))
            yield Fault(
                pointer, "duplicate", f'another {what} has the key "{key}"; give this one its own'
            )
        if isinstance(key, str):
            seen.add(key)


def _dangling_keys(document: dict[str, Any]) -> Iterator[Fault]:
    keys = {
        field: {e["key"] for _, e in mappings(document, field) if isinstance(e.get("key"), str)}
        for field in _KEYED
    }
    for field, names_one, names_many in (
        ("services", {"group": "serviceGroups"}, {"branches": "branches"}),
        ("resources", {"branch": "branches"}, {"services": "services"}),
        ("serviceCombinations", {"branch": "branches"}, {"services": "services"}),
    ):
        for position, entry in mappings(document, field):
            for name, target in names_one.items():
                key = entry.get(name)
                if isinstance(key, str) and key not in keys[target]:
                    yield _dangling((field, position, name), _KEYED[target], key, keys[target])
            for name, target in names_many.items():
                for index, key in texts(entry, name):
                    if key not in keys[target]:
                        path = (field, position, name, index)
                        yield _dangling(path, _KEYED[target], key, keys[target])


def _dangling(path: tuple[str | int, ...], what: str, key: str, known: Collection[str]) -> Fault:
    close = get_close_matches(key, sorted(known), n=1)
    meant = f'; did you mean "{close[0]}"?' if close else f"; list it, or name another {what}"
    return Fault(pointer_of(path), "dangling_key", f'no {what} has the key "{key}"{meant}')


def _repeated_entries(document: dict[str, Any]) -> Iterator[Fault]:
    for field, names in (
        ("services", ("branches", "resourceTypes")),
        ("resources", ("services",)),
        ("serviceCombinations", ("services",)),
        ("clients", ("grants", "scopes", "redirectUris")),
    ):
        for position, entry in mappings(document, field):
            for name in names:
                yield from _repeated(entry, name, (field, position))
    yield from _repeated(document, "locales", ())
    settings = mapping(document.get("settings"))
    yield from _repeated(settings, "secondFactorRequired", ("settings",))


def _repeated(parent: dict[str, Any], field: str, above: tuple[str | int, ...]) -> Iterator[Fault]:
    seen = set()
    for position, text in texts(parent, field):
        if text in seen:
            pointer = pointer_of((*above, field, position))
            yield Fault(pointer, "duplicate", f'"{text}" is listed twice; remove one')
        seen.add(text)


def _combinations(document: dict[str, Any]) -> Iterator[Fault]:
    modes = {
        str(service.get("key")): str(service.get("partyMode") or "extend")
        for _, service in mappings(document, "services")
    }
    seen = set()
    for position, entry in mappings(document, "serviceCombinations"):
        keys = [key for _, key in texts(entry, "services")]
        if len({modes[key] for key in keys if key in modes}) > 1:
            yield Fault(
                pointer_of(("serviceCombinations", position, "services")),
                "party_modes_mixed",
                "combines services with partyMode extend and occupy; "
                "combine only those of the same mode",
            )
        same = (str(entry.get("branch")), frozenset(keys))
        if same in seen:
            yield Fault(
                pointer_of(("serviceCombinations", position)),
                "duplicate",
                "the same services are combined at this branch already; remove one",
            )
        seen.add(same)


def _services(document: dict[str, Any]) -> Iterator[Fault]:
    for position, service in mappings(document, "services"):
        if service.get("partyMode") == "occupy":
            continue
        largest = number_field(service, "maxNumberOfReservations", 1)
        more = number_field(service, "additionalCustomerMinutes", 0) * (largest - 1)
        longest = number_field(service, "durationMinutes", 0) + more
        if more > 0 and longest > _LONGEST_APPOINTMENT_MINUTES:
            yield Fault(
                pointer_of(("services", position, "additionalCustomerMinutes")),
                "out_of_range",
                f"the largest party would take {longest} minutes; "
                f"the most is {_LONGEST_APPOINTMENT_MINUTES} (a week)",
            )


def _locales(document: dict[str, Any]) -> Iterator[Fault]:
    """Texts in a locale that the account, listing its locales, does not list."""
    listed = [locale for _, locale in texts(document, "locales")]
    if not listed:
        return
    named: list[tuple[tuple[str | int, ...], object]] = [(("name",), document.get("name"))]
    for field in ("branches", "serviceGroups", "services", "resources"):
        for position, entry in mappings(document, field):
            for name in ("name", "whatToBring"):
                named.append(((field, position, name), entry.get(name)))
            for index, question in mappings(entry, "questions"):
                path = (field, position, "questions", index, "text")
                named.append((path, question.get("text")))
    page = mapping(document.get("bookingPage"))
    named.append((("bookingPage", "title"), page.get("title")))
    for name, text in mapping(page.get("texts")).items():
        named.append((("bookingPage", "texts", name), text))
    for above, texts_by_locale in named:
        for locale in mapping(texts_by_locale):
            if locale not in listed:
                yield Fault(
                    pointer_of((*above, locale)),
                    "unknown_locale",
                    f"{locale} is not among the account's locales ({', '.join(listed)}); "
                    "add it to `locales`, or remove this text",
                )
