"""The fields of the details: which there are, and what was typed into them."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openslot.kernel import fields
from openslot.kernel.fields import FieldRefused
from openslot.kernel.phone_numbers import phone
from openslot.scheduling.model.catalogue import REQUIRED, Service
from openslot.scheduling.model.customers.customer_needs import FORM_FIELDS
from openslot.scheduling.model.customers.customers import Customer
from openslot.web.booking_page.booking.chosen import Chosen
from openslot.web.page_kit.field_pairs import FieldPairs, Pairs

BIRTH_PARTS = ("dateOfBirth-day", "dateOfBirth-month", "dateOfBirth-year")
CONSENT, TICKED = "consent", "yes"
_QUESTION = "question-"
EMAIL_FIELD = "email"
_NAMES = {"last_name": "lastName", "email": EMAIL_FIELD, "phone_number": "phoneNumber"}
_HIDDEN = "hidden"
_STRICTNESS = (REQUIRED, "optional", _HIDDEN)


@dataclass(frozen=True, slots=True)
class DetailField:
    """One field of the form."""

    name: str
    label: str
    is_required: bool
    kind: str = "text"  # of an input; `long` for an answer, `date` for a date of birth
    autocomplete: str = ""


def detail_fields(found: Chosen) -> list[DetailField]:
    """The fields that the chosen services ask for, in the order of the form."""
    say, needs = found.request.words.say, _needs(found.services)
    described = {
        "last_name": (say("Last name"), "text", "family-name"),
        "email": (say("E-mail"), "email", "email"),
        "phone_number": (say("Phone number"), "tel", "tel"),
    }
    sent = [DetailField("firstName", say("First name"), True, "text", "given-name")]
    for name, (label, kind, autocomplete) in described.items():
        if needs[name] != _HIDDEN:
            required = needs[name] == REQUIRED
            sent.append(DetailField(_NAMES[name], label, required, kind, autocomplete))
    if needs["date_of_birth"] != _HIDDEN:
        required = needs["date_of_birth"] == REQUIRED
        sent.append(DetailField(BIRTH_PARTS[0], say("Date of birth"), required, "date"))
    sent.extend(_questions(found))
    consent = found.request.text(found.request.page.document.texts.consent)
    if consent:
        sent.append(DetailField(CONSENT, consent, True, "consent"))
    return sent


def typed_pairs(sent: FieldPairs) -> Pairs:
    """What of a form was typed into details, as it was typed."""
    known = {"firstName", *_NAMES.values(), *BIRTH_PARTS, CONSENT}
    return [
        (name, value)
        for name, value in sent.pairs
        if value and (name in known or name.startswith(_QUESTION))
    ]


@dataclass(frozen=True)
class ReadDetails:
    """What was typed: the customer, the answers, and every fault by the id of its field."""

    customer: Customer
    answers: Sequence[Mapping[str, str]]
    faults: Mapping[str, str]
    phone_e164: str | None

    @property
    def person(self) -> Mapping[str, Any]:
        """By what the limits know who comes."""
        return {"email": self.customer.email, "phoneE164": self.phone_e164}


class DetailsReader:
    """Reads what was typed by the rules of the single fields."""

    def __init__(self, found: Chosen, typed: Pairs, today: date) -> None:
        """`today` is the local date at the branch."""
        self._found = found
        self._say = found.request.words.say
        self._fields = {field.name: field for field in detail_fields(found)}
        self._typed = FieldPairs(typed)
        self._today = today
        self._faults: dict[str, str] = {}
        self._phone_e164: str | None = None

    def read(self) -> ReadDetails:
        """The customer and the answers, with all faults at once, in the order of the form."""
        say = self._say
        customer = Customer(
            identifier=None,
            first_name=self._text("firstName", say("Enter your first name"), fields.name),
            last_name=self._text("lastName", say("Enter your last name"), fields.name),
            email=self._text("email", say("Enter your e-mail address"), fields.email),
            phone_number=self._text("phoneNumber", say("Enter your phone number"), self._phone),
            date_of_birth=self._birth_date(),
        )
        answers = self._answers()
        if CONSENT in self._fields and self._typed.one(CONSENT) != TICKED:
            self._faults[CONSENT] = say("Tick the box to go on")
        order = [*self._fields]
        faults = dict(sorted(self._faults.items(), key=lambda fault: order.index(fault[0])))
        return ReadDetails(customer, answers, faults, self._phone_e164)

    def _text(self, name: str, missing: str, rule: Callable[[str], str]) -> str | None:
        field = self._fields.get(name)
        text = _clean(self._typed.one(name))
        if field is None:
            return None
        if not text:
            if field.is_required:
                self._faults[name] = missing
            return None
        try:
            return rule(text)
        except FieldRefused as refusal:
            self._faults[name] = self._refused(name, refusal)
            return None

    def _phone(self, text: str) -> str:
        text = fields.short_text(text)
        country = (self._found.branch.document.get("address") or {}).get("country") or "ZZ"
        self._phone_e164 = phone(text, country)
        return text

    def _refused(self, name: str, refusal: FieldRefused) -> str:
        say = self._say
        if refusal.code == "too_long":
            most = fields.MOST_IN_LONG_TEXTS if name.startswith(_QUESTION) else 255
            return say("Use at most {number} characters", number=most)
        return {
            "email": say("Enter an e-mail address such as name@example.org"),
            "phoneNumber": say("Enter a complete phone number, such as +31 20 123 4567"),
        }.get(name, say("Use letters and other characters that can be seen"))

    def _birth_date(self) -> str | None:
        name, say = BIRTH_PARTS[0], self._say
        field = self._fields.get(name)
        if field is None:
            return None
        parts = [_clean(self._typed.one(part)) for part in BIRTH_PARTS]
        if not any(parts):
            if field.is_required:
                self._faults[name] = say("Enter your date of birth")
            return None
        try:
            day, month, year = (int(part) if len(part) <= 4 else 0 for part in parts)
            born = date(year, month, day)
        except ValueError:
            self._faults[name] = say("Enter a real date of birth, such as 27 3 1984")
            return None
        if born >= self._today or born.year < 1000:
            self._faults[name] = say("The date of birth must be in the past")
            return None
        return born.isoformat()

    def _answers(self) -> list[Mapping[str, str]]:
        """The answers; one field answers the questions of several services with its key."""
        answers: list[Mapping[str, str]] = []
        for service in self._found.services:
            for question in service.questions:
                name = _QUESTION + question.key
                text = self._text(name, self._say("Answer this question"), fields.long_text)
                if text:
                    answers.append({"id": question.id, "answer": text})
        return answers


def shown_answers(found: Chosen, typed: Pairs) -> list[tuple[str, str, str]]:
    """Every answer for the page that checks them: label, text, field."""
    sent, rows = FieldPairs(typed), []
    for field in detail_fields(found):
        if field.kind == "date":
            text = _shown_date(found, sent)
        elif field.kind == "consent":
            continue
        else:
            text = _clean(sent.one(field.name))
        rows.append((field.label, text or found.request.words.say("Not given"), field.name))
    return rows


def _shown_date(found: Chosen, sent: FieldPairs) -> str:
    try:
        day, month, year = (int(_clean(sent.one(part))) for part in BIRTH_PARTS)
        return found.request.formats.full_date(date(year, month, day)).strip()
    except ValueError:
        return ""


def _questions(found: Chosen) -> list[DetailField]:
    sent: dict[str, DetailField] = {}
    for service in found.services:
        for question in service.questions:
            name = _QUESTION + question.key
            before = sent.get(name)
            label = found.offer.localized.text(question.text) if before is None else before.label
            required = question.required or (before is not None and before.is_required)
            sent[name] = DetailField(name, label, required, "long")
    return list(sent.values())


def _needs(services: Sequence[Service]) -> Mapping[str, str]:
    """Of each field how much it is needed; of several services the strictest."""
    of_each = [{**FORM_FIELDS, **service.customer_fields} for service in services]
    return {
        name: min((one[name] for one in of_each), key=_STRICTNESS.index) for name in FORM_FIELDS
    }


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", fields.trimmed(text))
