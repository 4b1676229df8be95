"""What a form shows in its fields, and what is wrong there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openslot.kernel.errors import Fault, Invalid
from openslot.web.page_kit.field_pairs import NOTHING, FieldPairs
from openslot.web.page_kit.language.vocabulary import Words


@dataclass(frozen=True)
class FormValues:
    """Stored values, or what was typed in their place; and the faults by field."""

    stored: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    typed: FieldPairs = NOTHING
    faults: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The value of a field."""
        if self.typed.pairs:
            return self.typed.one(name)
        value = self.stored.get(name, "")
        return value if isinstance(value, str) else (value[0] if value else "")

    def all(self, name: str) -> Sequence[str]:
        """The values of a field that may have several, such as check boxes."""
        if self.typed.pairs:
            return self.typed.all(name)
        value = self.stored.get(name, ())
        return ((value,) if value else ()) if isinstance(value, str) else value

    def fault(self, name: str) -> str:
        """What is wrong with a field; "" if nothing is."""
        return self.faults.get(name, "")


def faults_of(
    refusal: Invalid, words: Words, names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The faults of a refusal by field of the form.

    `names` maps the rule's fields to those of the form, where they differ; what is in neither
    stands for the whole form, under "".
    """
    found: dict[str, str] = {}
    for fault in refusal.faults:
        name = (names or {}).get(fault.field, fault.field)
        found.setdefault(name, fault_text(fault, words))
    return found


def fault_text(fault: Fault, words: Words) -> str:
    """What is wrong, as people say it; what no table knows as the rule says it."""
    match fault.code:
        case "required" | "missing" | "too_short":
            return words.say("This is needed")
        case "too_long":
            return words.say("This is too long")
        case "pattern":
            return words.say("Use letters and other characters that can be seen")
        case "invalid_email":
            return words.say("Enter an e-mail address, for example name@example.org")
        case "invalid_phone_number":
            return words.say("Enter a phone number, for example +31 6 12345678")
        case "invalid_date":
            return words.say("Enter a date, for example 2027-01-12")
        case "invalid_time":
            return words.say("Enter a date and a time")
        case "idempotency_key_reused":
            return words.say("This form was sent before. Send it again if that is what you want.")
        case "skipped_time":
            return words.say("The clocks skip this time. Enter another one.")
    return fault.detail[:1].upper() + fault.detail[1:]
