"""Who comes, as staff type it: each field by its rule, and every fault at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from openslot.kernel import fields
from openslot.kernel.errors import Fault
from openslot.kernel.fields import FieldRefused, trimmed
from openslot.scheduling.model.catalogue import Service
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_STAFF
from openslot.scheduling.model.customers.customers import Customer, identifier
from openslot.web.page_kit.field_pairs import FieldPairs

QUESTION = "question-"  # and the question's key
# The names of the form, by those of the rules.
FORM_NAMES = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "phone_number": "phoneNumber",
    "date_of_birth": "dateOfBirth",
    "identifier": "personalIdentifier",
}
_RULES: Mapping[str, Callable[[str], str]] = {
    "first_name": fields.name,
    "last_name": fields.name,
    "email": fields.email,
    "phone_number": fields.short_text,
    "date_of_birth": fields.birth_date,
    "identifier": identifier,
}
# What a fault of a field is called where its rule has only a word for all.
_CODES = {
    "email": "invalid_email",
    "phone_number": "invalid_phone_number",
    "date_of_birth": "invalid_date",
}


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """What was typed, and every fault by the name of its field in the form."""

    details: AppointmentDetails
    faults: Sequence[Fault]


def required_fields(service: Service) -> frozenset[str]:
    """The names of the fields of a form that cannot be left empty."""
    person = {FORM_NAMES[name] for name in NEEDS_OF_STAFF.fields_of([service])}
    return frozenset(
        person | {QUESTION + question.key for question in service.questions if question.required}
    )


def typed_person(sent: FieldPairs, service: Service) -> TypedPerson:
    """The customer, the answers and the notes of a form."""
    reader = _PersonReader(sent, required_fields(service))
    person = {
        name: reader.text(form_name, _RULES[name], _CODES.get(name, ""))
        for name, form_name in FORM_NAMES.items()
    }
    answers = [
        {"id": question.id, "answer": text}
        for question in service.questions
        if (text := reader.text(QUESTION + question.key, fields.long_text))
    ]
    notes = reader.text("notes", fields.long_text)
    details = AppointmentDetails(Customer(**person), NEEDS_OF_STAFF, answers, notes, "staff")
    return TypedPerson(details, reader.faults)


def fault_of_form(fault: Fault) -> Fault:
    """A fault of the rules, as one of the form."""
    group, _, name = fault.field.partition(".")
    if group != "customer" or name not in FORM_NAMES:
        return fault
    is_phone = name == "phone_number" and fault.code != "required"
    code = _CODES["phone_number"] if is_phone else fault.code
    return Fault(FORM_NAMES[name], code, fault.detail)


class _PersonReader:
    def __init__(self, sent: FieldPairs, required: frozenset[str]) -> None:
        self._sent = sent
        self._required = required
        self.faults: list[Fault] = []

    def text(self, name: str, rule: Callable[[str], str], code: str = "") -> str | None:
        """A field as it is stored; None where it is empty, or has a fault."""
        text = trimmed(self._sent.one(name))
        if not text:
            if name in self._required:
                self.faults.append(Fault(name, "required", "is needed"))
            return None
        try:
            return rule(text)
        except FieldRefused as refusal:
            is_long = refusal.code == "too_long"
            self.faults.append(
                Fault(name, refusal.code if is_long or not code else code, str(refusal))
            )
            return None
