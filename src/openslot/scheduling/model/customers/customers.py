"""Who comes: a person's data beside the branch and the services, the same for every interface.

Single fields have their rules in `kernel.fields` and `kernel.phone_numbers`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.fields import FieldRefused, trimmed
from openslot.kernel.ids import is_id, new_id
from openslot.kernel.phone_numbers import phone
from openslot.scheduling.model.catalogue import Branch, Service
from openslot.scheduling.model.customers.customer_needs import CustomerNeeds

_IDENTIFIER = re.compile(r"[A-Za-z0-9]{10,48}")


@dataclass(frozen=True, slots=True)
class Customer:
    """A person's data as a caller sent it; which of it is enough depends on the service."""

    identifier: str | None  # None: gave none, and gets one that nobody else has
    first_name: str | None
    last_name: str | None
    email: str | None
    phone_number: str | None
    date_of_birth: str | None


def identifier(text: str) -> str:
    """The account's name for a person: 10 to 48 letters and digits; a UUID loses its hyphens.

    Trimmed. Raises `FieldRefused`, as the rules of `kernel.fields`.
    """
    text = trimmed(text)
    if is_id(text):
        text = text.replace("-", "")
    if not _IDENTIFIER.fullmatch(text):
        raise FieldRefused("pattern", "must be 10 to 48 letters A-Z, a-z and digits")
    return text


def new_identifier() -> str:
    """An identifier for somebody who gave none: nobody else has it."""
    return new_id().replace("-", "")


def checked(
    customer: Customer,
    needs: CustomerNeeds,
    branch: Branch,
    services: Sequence[Service],
    today: date,
) -> Mapping[str, Any]:
    """A customer's data as an appointment stores it, without the identifier.

    Raises:
        Invalid: with every fault that shows only beside the branch and the services.
    """
    faults = [
        Fault(f"customer.{name}", "required", "is needed for this service")
        for name in needs.fields_of(services)
        if getattr(customer, name) is None
    ]
    e164 = None
    if customer.phone_number is not None:
        country = (branch.document.get("address") or {}).get("country") or "ZZ"
        try:
            e164 = phone(customer.phone_number, country)
        except FieldRefused as refusal:
            if needs.readable_phone:
                faults.append(Fault("customer.phone_number", refusal.code, str(refusal)))
    if customer.date_of_birth and date.fromisoformat(customer.date_of_birth) >= today:
        faults.append(Fault("customer.date_of_birth", "invalid_value", "must be in the past"))
    if faults:
        raise Invalid(*faults)
    return {
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "email": customer.email,
        "phoneNumber": customer.phone_number,
        "phoneE164": e164,
        "dateOfBirth": customer.date_of_birth,
    }


def checked_answers(
    answers: Sequence[Mapping[str, str]], needs: CustomerNeeds, services: Sequence[Service]
) -> list[Mapping[str, str]]:
    """The answers to the services' questions, as an appointment stores them.

    Raises:
        Invalid: an unknown or repeated question, or a required one without an answer.
    """
    questions = {q.id: q for service in services for q in service.questions}
    faults: list[Fault] = []
    given: dict[str, str] = {}
    for place, answer in enumerate(answers):
        question_id = answer["id"].lower()
        where = f"answers.{place}.id"
        if question_id not in questions:
            faults.append(Fault(where, "invalid_value", "is no question of this service"))
        elif question_id in given:
            faults.append(Fault(where, "invalid_value", "is answered twice"))
        else:
            given[question_id] = answer["answer"]
    for question in questions.values():
        if needs.needs_answers and question.required and not given.get(question.id):
            detail = f"question {question.id} must be answered"
            faults.append(Fault("answers", "required", detail))
    if faults:
        raise Invalid(*faults)
    return [{"id": i, "answer": a} for i, a in given.items()]
