"""A customer's appointments, and customers by mail address, for API keys that may see them."""

from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.views.customer_lookups import FoundAppointments
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.http.route import Call
from openslot.web.orchestra.booking_shapes import appointment_shown, customer_shown
from openslot.web.orchestra.errors import error_response
from openslot.web.orchestra.shapes import bare, calendar_catalogue, named


def read_customer_id(call: Call) -> str:
    """A21: whose appointments."""
    return call.path_id("customer")


def read_external_id(call: Call) -> str:
    """A22: whose appointments, by the id of another system."""
    return call.path["externalId"].strip()


def read_email(call: Call) -> str:
    """G1: the mail address.

    Raises:
        Invalid: there is none, or more than one.
    """
    found = call.query.path.parameters.get("email", ())
    if len(found) != 1:
        raise Invalid(Fault("/email", "required", "must be one mail address"))
    email: str = found[0].strip()
    return email


def respond_appointments(tx: AccountTx, call: Call, found: FoundAppointments) -> Response:
    """A customer's appointments; one of whom there is nothing is not found."""
    if not found.is_known:
        # Not raised: the look-up stays in the audit trail.
        return error_response(NotFound("Not found: identified 0 customers"))
    shown = calendar_catalogue(tx, call)
    listed = [appointment_shown(shown, call, each) for each in found.appointments]
    return named(shown, call, "appointmentList", listed)


def respond_customers(tx: AccountTx, call: Call, found: list[Appointment]) -> Response:
    """Customers with the data of their last booking."""
    shown = calendar_catalogue(tx, call)
    return bare(shown, call, [customer_shown(call, each) for each in found])
