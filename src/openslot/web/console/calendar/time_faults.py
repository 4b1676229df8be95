"""What is wrong with a time that is to be taken, as people say it."""

from openslot.kernel.errors import Invalid
from openslot.web.console.frame.form_values import faults_of
from openslot.web.page_kit.language.vocabulary import Words


def time_faults(refusal: Invalid, words: Words) -> dict[str, str]:
    """The faults by field."""
    said = {
        "not_later": words.say("Choose a time that is later than the first one"),
        "too_many_days": words.say("Choose a time within a year of the first one"),
    }
    own = {fault.field: said[fault.code] for fault in refusal.faults if fault.code in said}
    return faults_of(refusal, words) | own
