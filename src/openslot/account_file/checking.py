"""Checking a document: its fields by the models, what concerns several by the rules, in one go."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from openslot.account_file import document, hours, message_documents, rules
from openslot.account_file.document import (
    AccountDocument,
    ApiKeyDocument,
    ClientDocument,
    WebhookDocument,
)
from openslot.account_file.entry_rules import client_rules, webhook_rules
from openslot.account_file.faults import fault_of, shown
from openslot.delivery.outbound.addresses import PUBLIC_INTERNET, Reach
from openslot.identity.model.api_key import ApiKeyContent
from openslot.kernel.errors import Fault, Invalid

Model = TypeVar("Model", bound=BaseModel)


class InvalidAccountFile(Invalid):
    """An account's document has values that cannot be taken; `faults` has every one of them."""

    title = "The account file has faults"


def check(data: object, reach: Reach = PUBLIC_INTERNET) -> AccountDocument:
    """The account that plain data (of YAML or JSON) describes.

    `reach` says which addresses webhooks may have.

    Raises:
        InvalidAccountFile: something in it cannot be taken; all faults are in it.
    """
    if not isinstance(data, dict):
        says = f"an account file is a mapping that begins with `account: NAME`, not {shown(data)}"
        raise InvalidAccountFile(Fault("", "wrong_type", says))
    checked, faults = validated(AccountDocument, data)
    faults += rules.broken_rules(data, reach)
    if checked is None or faults:
        raise InvalidAccountFile(*faults)
    return checked


def check_client(data: dict[str, Any]) -> ClientDocument:
    """A single client's description.

    Raises:
        InvalidAccountFile: something in it cannot be taken; all faults are in it.
    """
    checked, faults = validated(ClientDocument, data)
    faults += client_rules.broken_rules(data)
    if checked is None or faults:
        raise InvalidAccountFile(*faults)
    return checked


def check_api_key(data: dict[str, Any]) -> ApiKeyContent:
    """What a single API key holds.

    Raises:
        InvalidAccountFile: something in it cannot be taken; all faults are in it.
    """
    checked, faults = validated(ApiKeyDocument, data)
    if checked is None:
        raise InvalidAccountFile(*faults)
    return checked.content()


def check_webhook(data: dict[str, Any], reach: Reach) -> WebhookDocument:
    """A single webhook's description.

    Raises:
        InvalidAccountFile: something in it cannot be taken; all faults are in it.
    """
    checked, faults = validated(WebhookDocument, data)
    faults += webhook_rules.broken_rules(data, reach)
    if checked is None or faults:
        raise InvalidAccountFile(*faults)
    return checked


def validated(model: type[Model], data: dict[str, Any]) -> tuple[Model | None, list[Fault]]:
    """Data as a model, or the faults of its single fields; no rule between them is checked."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        known = _field_names()
        return None, [fault_of(e, known) for e in error.errors(include_url=False)]


def _field_names() -> list[str]:
    """Every field name that an account file has anywhere, to find what a misspelt one meant."""
    models = [
        m
        for module in (document, hours, message_documents)
        for m in vars(module).values()
        if isinstance(m, type) and issubclass(m, hours.Entry)
    ]
    return sorted({str(f.alias) for m in models for f in m.model_fields.values()})
