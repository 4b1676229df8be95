"""What staff can do about an appointment now, in words: forms to send, pages to open."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, NO_SHOW
from openslot.scheduling.views.day_lists import DayEntry
from openslot.web.page_kit.language.vocabulary import Words


@dataclass(frozen=True, slots=True)
class AppointmentAct:
    """One act, at `/console/appointments/{id}/{name}`."""

    name: str
    key: str  # the letter that does it where an appointment has the focus
    word: str


class AppointmentActs:
    """The acts in one language."""

    def __init__(self, words: Words) -> None:
        """Says each word once, for many appointments."""
        self._steps = {
            ARRIVED: AppointmentAct("arrive", "a", words.say("Arrive")),
            IN_SERVICE: AppointmentAct("start", "s", words.say("Start")),
            COMPLETED: AppointmentAct("complete", "c", words.say("Complete")),
            NO_SHOW: AppointmentAct("no-show", "n", words.say("No-show")),
        }
        self._undo = AppointmentAct("undo", "z", words.say("Undo"))
        self._move = AppointmentAct("move", "m", words.say("Move"))
        self._cancel = AppointmentAct("cancel", "x", words.say("Cancel"))

    @property
    def every(self) -> Sequence[AppointmentAct]:
        """Each of them, in the order of a visit."""
        return [*self._steps.values(), self._undo, self._move, self._cancel]

    def forms(self, entry: DayEntry) -> Sequence[AppointmentAct]:
        """What is done with one press."""
        steps = [self._steps[step] for step in entry.next_steps]
        return [*steps, self._undo] if entry.is_undoable else steps

    def pages(self, entry: DayEntry) -> Sequence[AppointmentAct]:
        """What has a page of its own."""
        links = [self._move] if entry.is_movable else []
        return [*links, self._cancel] if entry.is_cancellable else links
