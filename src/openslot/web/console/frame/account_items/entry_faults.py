"""What is wrong with a form of the set-up, as people say it: the account file's rules name fields
by pointers and by what they are called there. Pure."""

import re
from collections.abc import Mapping

from openslot.kernel.errors import Fault, Invalid
from openslot.web.console.frame.form_values import fault_text
from openslot.web.page_kit.language.vocabulary import Words

_NUMBERS = {  # the least and the most that a field may hold
    "durationMinutes": (1, 1440),
    "slotStepMinutes": (1, 1440),
    "bufferBeforeMinutes": (0, 1440),
    "bufferAfterMinutes": (0, 1440),
    "minimumNoticeMinutes": (0, 730 * 1440),
    "horizonDays": (1, 730),
    "maxNumberOfReservations": (1, 1000),
    "capacity": (1, 1000),
    "reservationMinutes": (1, 60),
    "retentionDays": (1, 3650),
    "staffUndoSeconds": (0, 86_400),
    "openAppointmentsPerPerson": (0, 1_000_000),
    "holdsPerAddress": (0, 1_000_000),
    "bookingsPerAddressAndHour": (0, 1_000_000),
}
# Fields of which a form has many
_HOURS = re.compile(r"(\w+day-)?(opens|closes|break-from|break-until)(-\d+)?")
_MANY = {"question": re.compile(r"question-\d+"), "hours": _HOURS}


def entry_faults(
    refusal: Invalid, words: Words, fields: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The faults by field of the form; those that are of none stand for the whole, under "".

    `fields` has beginnings of pointers (RFC 6901) with the field that shows what stands there.
    Without them a field is called as the member of the entry that it shows.
    """
    said, found = _Said(words), dict[str, str]()
    for fault in refusal.faults:
        name = _field_at(fault.field, fields)
        found.setdefault(name, said.text(name, fault) or fault_text(fault, words))
    return found


def _field_at(pointer: str, fields: Mapping[str, str] | None) -> str:
    if not pointer.startswith("/"):
        return pointer
    if fields is None:
        return pointer.strip("/").partition("/")[0]
    found = (name for start, name in fields.items() if f"{pointer}/".startswith(f"{start}/"))
    return next(found, "")


class _Said:
    """The texts in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._texts = _texts(words)

    def text(self, name: str, fault: Fault) -> str:
        """What is said of a field; "" where the rule says it best."""
        if name in _NUMBERS and fault.code in ("out_of_range", "no_number", "wrong_type"):
            least, most = _NUMBERS[name]
            return self._words.say(
                "Enter a whole number from {least} to {most}", least=least, most=most
            )
        kind = next((kind for kind, names in _MANY.items() if names.fullmatch(name)), name)
        return self._texts.get((kind, fault.code)) or self._texts.get(("", fault.code), "")


def _texts(words: Words) -> Mapping[tuple[str, str], str]:
    """By field and code; of any field under ""."""
    needed = words.say("This is needed")
    address = words.say("Enter an e-mail address, for example name@example.org")
    time = words.say("Enter a time, for example 09:00")
    colour = words.say("Enter a colour, for example #0b57d0")
    kind = words.say("Use one word for a type, for example desk")
    calendar = words.say("Enter a country with known holidays, for example NL or DE-BY")
    date = words.say("Enter a date, for example 2027-01-12")
    languages = words.say("Enter languages such as nl_NL or en_GB, separated by commas")
    sms = words.say("Use 11 letters and digits at most, or a phone number")
    zone = words.say("Enter the time zone of a place, for example Europe/Amsterdam")
    unreadable = words.say("Choose a darker or a lighter colour: it is hard to read like this")
    country = words.say("Enter two letters, for example NL")
    return {
        ("", "dangling_key"): words.say("This is not there any more. Choose something else."),
        ("", "duplicate"): words.say("This is there twice. Remove one."),
        ("", "ends_before_it_begins"): words.say("This must be later than the time before it"),
        ("name", "pattern"): needed,
        ("title", "pattern"): needed,
        ("branch", "pattern"): needed,
        ("branch", "dangling_key"): needed,
        ("type", "pattern"): kind,
        ("resourceTypes", "pattern"): kind,
        ("resourceTypes", "too_short"): kind,
        ("key", "pattern"): words.say("Use letters, digits and hyphens, for example town-hall"),
        ("key", "duplicate"): words.say("Something else has this key already"),
        ("timeZone", "invalid_value"): zone,
        ("timeZone", "required"): zone,
        ("country", "pattern"): country,
        ("holidays", "pattern"): calendar,
        ("holidays", "invalid_value"): calendar,
        ("hours", "pattern"): time,
        ("quietFrom", "pattern"): time,
        ("quietFrom", "required"): time,
        ("quietUntil", "pattern"): time,
        ("quietUntil", "required"): time,
        ("date", "pattern"): date,
        ("date", "invalid_value"): date,
        ("date", "duplicate"): words.say("This date has other hours already. Remove those first."),
        ("services", "too_short"): words.say("Choose two services or more"),
        ("email", "invalid_value"): address,
        ("replyTo", "invalid_value"): address,
        ("contactEmail", "invalid_value"): address,
        ("smsSender", "pattern"): sms,
        ("locales", "pattern"): languages,
        ("locales", "too_short"): languages,
        ("accent", "pattern"): colour,
        ("text", "pattern"): colour,
        ("background", "pattern"): colour,
        ("accent", "invalid_value"): unreadable,
        ("text", "invalid_value"): unreadable,
        ("background", "invalid_value"): unreadable,
        ("privacyUrl", "invalid_value"): words.say("Enter an address that begins with https://"),
        ("embedOrigins", "invalid_value"): words.say(
            "Enter one address in a line, for example https://www.example.org"
        ),
        ("logo", "invalid_value"): words.say(
            "Choose a PNG, JPEG or WebP picture of at most 20,000 bytes"
        ),
        ("tokenEndpointAuthMethod", "required"): words.say("Enter its public keys below"),
        ("jwks", "required"): words.say("Enter a JSON object with a list of keys"),
        ("jwks", "invalid_value"): words.say("Enter a JSON object with a list of keys"),
        ("scopes", "too_short"): words.say("Choose at least one"),
        ("grants", "too_short"): words.say("Choose at least one"),
        ("events", "too_short"): words.say("Choose at least one"),
        ("url", "https_required"): words.say("The address must begin with https://"),
        ("url", "invalid_value"): words.say("Enter an address such as https://www.example.org/in"),
        ("url", "address_not_allowed"): words.say("This must be an address of the public internet"),
    }
