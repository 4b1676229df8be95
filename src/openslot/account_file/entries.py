"""One entry of an account's catalogue, checked by the rules of the whole file."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openslot.account_file import document, rules
from openslot.account_file.apply import content_of, fields_of
from openslot.account_file.checking import validated
from openslot.account_file.hours import Entry
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.model.catalogue_item import (
    BRANCH,
    RESOURCE,
    SERVICE,
    SERVICE_COMBINATION,
    SERVICE_GROUP,
    CatalogueItem,
)
from openslot.storage.transactions import AccountTx

MODELS: Mapping[str, tuple[str, type[Entry]]] = {  # a kind's list in a file, and its model
    BRANCH: ("branches", document.BranchDocument),
    SERVICE_GROUP: ("serviceGroups", document.ServiceGroupDocument),
    SERVICE: ("services", document.ServiceDocument),
    RESOURCE: ("resources", document.ResourceDocument),
    SERVICE_COMBINATION: ("serviceCombinations", document.ServiceCombinationDocument),
}
_OWN_FIELDS = ("/name", "/locales", "/settings", "/messages", "/bookingPage", "/orchestra")


def entry_of(item: CatalogueItem) -> dict[str, Any]:
    """An item as its file has it, with its key and whether it is active."""
    return {"key": item.key, **json.loads(item.document), "active": item.active}


def check_entry(
    tx: AccountTx, kind: str, entry: Mapping[str, Any], item: CatalogueItem | None = None
) -> tuple[str, dict[str, Any]]:
    """The key and fields of a new entry, or of one that replaces `item`.

    Raises:
        Invalid: with every fault of it, and of what it would break elsewhere in the account.
    """
    field, model = MODELS[kind]
    fields, faults = dict(entry), []
    more: dict[str, Any] = {}
    if kind == SERVICE_COMBINATION:  # a file lists it or not, and does not say if it is active
        more["active"] = fields.pop("active", None)
        if not isinstance(more["active"], bool | None):
            faults.append(Fault("/active", "wrong_type", "`active` must be true or false"))
    checked, of_fields = validated(model, fields)
    now = _file_of(tx)
    listed = now[field]
    position = len(listed) if item is None else [i["id"] for i in listed].index(item.id)
    then = {**now, field: [*listed[:position], fields, *listed[position + 1 :]]}
    faults += [*of_fields, *_broken_rules(now, then, f"/{field}/{position}")]
    if checked is None or faults:
        raise Invalid(*faults)
    key: str = checked.key  # type: ignore[attr-defined]
    return key, {**fields_of(checked), **{k: v for k, v in more.items() if v is not None}}


def check_account(tx: AccountTx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The content of an account's own row, of its `title`, `locales` and `settings`.

    Raises:
        Invalid: with every fault, and what they would break elsewhere as a fault of `/locales`.
    """
    own = {"name" if name == "title" else name: value for name, value in wanted.items()}
    checked, faults = validated(document.AccountDocument, {"account": tx.account.name, **own})
    now = _file_of(tx)
    before = set(rules.broken_rules(now))
    for fault in rules.broken_rules({**now, "locales": None, **own}):
        if fault.field.startswith(_OWN_FIELDS):
            faults.append(fault)
        elif fault not in before:
            faults.append(Fault("/locales", fault.code, f"{fault.field}: {fault.detail}"))
    if checked is None or faults:
        raise Invalid(*(Fault(_titled(f.field), f.code, f.detail) for f in faults))
    return content_of(checked)


def _titled(pointer: str) -> str:
    return "/title" + pointer.removeprefix("/name") if pointer.startswith("/name") else pointer


def _file_of(tx: AccountTx) -> dict[str, Any]:
    """The account as its file, inactive combinations too, without clients; ids next to the keys."""
    content = tx.account.content
    file: dict[str, Any] = {"name": content["title"], "locales": content["locales"]}
    items = all_items(tx)
    for kind, (field, _) in MODELS.items():
        file[field] = [{**entry_of(i), "id": i.id} for i in items if i.kind == kind]
    return file


def _broken_rules(now: Mapping[str, Any], then: Mapping[str, Any], own: str) -> Sequence[Fault]:
    """The faults of the entry at `own`, and those elsewhere that were not there before."""
    broken = list(rules.broken_rules(dict(then)))
    of_entry = [f for f in broken if f.field.startswith(own + "/") or f.field == own]
    elsewhere = [f for f in broken if f not in of_entry]
    if elsewhere:
        before = set(rules.broken_rules(dict(now)))
        elsewhere = [f for f in elsewhere if f not in before]
    return [
        *(Fault(f.field.removeprefix(own), f.code, f.detail) for f in of_entry),
        *(Fault("", f.code, f"{f.field}: {f.detail}") for f in elsewhere),
    ]
