"""What is wrong with a form of staff, by field and in the words of the page."""

from collections.abc import Mapping, Sequence

from openslot.kernel.errors import Fault, Invalid
from openslot.web.console.appointments.choosing.person_fields import fault_of_form
from openslot.web.console.frame.form_values import faults_of
from openslot.web.page_kit.language.vocabulary import Words

# Where the rules' fields are called otherwise in the forms; "" is the whole form.
_FIELDS = {"services": "service", "end": "", "answers": ""}


def form_faults(words: Words, faults: Sequence[Fault]) -> Mapping[str, str]:
    """The text of each fault, by the name of its field."""
    own = _texts(words)
    found = faults_of(Invalid(*map(fault_of_form, faults)), words, _FIELDS)
    for fault in map(fault_of_form, faults):
        text = own.get((fault.field, fault.code))
        if text is not None:
            found[fault.field] = text
    return found


def _texts(words: Words) -> Mapping[tuple[str, str], str]:
    return {
        ("startTime", "required"): words.say("Choose a time"),
        ("startTime", "invalid_time"): words.say("Choose a time"),
        ("lastName", "required"): words.say("Enter the last name"),
        ("dateOfBirth", "required"): words.say("Enter the date of birth"),
        ("dateOfBirth", "invalid_value"): words.say("The date of birth must be in the past"),
        ("personalIdentifier", "pattern"): words.say("Use 10 to 48 letters and digits"),
        ("durationMinutes", "out_of_range"): words.say("Enter a whole number from 1 to 1440"),
        ("party", "out_of_range"): words.say("So many people cannot come on one appointment"),
        ("resource", "resource_not_qualified"): words.say("This resource does not serve this here"),
        ("reason", "required"): words.say("Say why the rules are broken"),
    }
