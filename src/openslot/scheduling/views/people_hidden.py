"""What those see of an appointment who may read the account, but not handle appointments.

They know who comes, by name, and nothing else of a person.
Source: the contract's section on what the console adds to the admin API.
"""

from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.model.appointment import Appointment

_SHOWN = ("firstName", "lastName")


def sees_people(actor: Actor) -> bool:
    """Whether somebody sees more of a person than the name."""
    return actor.holds(APPOINTMENTS_MANAGE)


def as_seen_by(actor: Actor, appointment: Appointment) -> Appointment:
    """The appointment without what an actor may not see."""
    if sees_people(actor):
        return appointment
    person = appointment.customer
    return replace(
        appointment,
        identifier=None,
        customer=None if person is None else {name: person.get(name) for name in _SHOWN},
        answers=None,
        notes=None,
        customer_id=None,
        particulars=None,
    )
