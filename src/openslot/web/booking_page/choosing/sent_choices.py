"""Where choices come from and lead to: addresses, or forms that keep what was typed.

Who goes back from the details has typed already. What was typed must be in no address, so from
there on every choice is a button of a form, and what was typed travels in its hidden fields.
"""

from dataclasses import dataclass

from openslot.web.booking_page.choosing.choices import NAMES
from openslot.web.booking_page.signing.form_signatures import SentForm
from openslot.web.page_kit.field_pairs import FieldPairs, Pairs

CHOOSING = "choosing"  # the kind of such a form
# Stands in every address that a step leads to; where its form does, with the name of the step.
LATER = ("next", "1")
FIRST = ("first", "1")  # wants the earliest time at any branch
HOLD = "hold"  # the field with the token of the time that is held meanwhile


@dataclass(frozen=True)
class SentChoices:
    """What a request says of the choices."""

    choices: FieldPairs
    hold: str = ""  # the token of the time that is held meanwhile
    typed: Pairs = ()  # of the details
    takes_first: bool = False  # the earliest time at any branch
    is_first_step: bool = True  # no other step was shown before
    submitted: str = ""  # the step whose button led here, with or without a choice

    @property
    def is_carried(self) -> bool:
        """Whether choices are made by forms."""
        return bool(self.typed)

    @property
    def carried(self) -> Pairs:
        """What a form carries besides the choices."""
        return [*([(HOLD, self.hold)] if self.hold else []), *self.typed]


def choices_of_query(query: FieldPairs) -> SentChoices:
    """What an address says."""
    choices = FieldPairs(query.only(*NAMES))
    return SentChoices(
        choices,
        hold=query.one(HOLD),
        takes_first=FIRST in query.pairs,
        is_first_step=not query.has(LATER[0]),
        submitted=query.one(LATER[0]),
    )


def choices_of_form(form: SentForm, typed: Pairs, default: Pairs = ()) -> SentChoices:
    """What a form says: a choice that was made now replaces the one before.

    `default` are the choices where the form holds none.
    """
    before = form.hidden.only(*NAMES) or default
    made = {name for name, _ in form.typed.only(*NAMES)}
    staying = [pair for pair in before if pair[0] not in made]
    choices = FieldPairs([*form.typed.only(*NAMES), *staying])
    takes_first = FIRST in [*form.hidden.pairs, *form.typed.pairs]
    submitted = form.typed.one(LATER[0])
    return SentChoices(
        choices,
        form.hidden.one(HOLD),
        typed,
        takes_first,
        is_first_step=False,
        submitted=submitted,
    )
