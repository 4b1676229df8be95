"""The routes of a person's data."""

from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.privacy.actions import ERASE_PERSON, EXPORT_PERSON
from openslot.scheduling.privacy.erasure import HasFutureAppointments
from openslot.web.admin_api.privacy import person
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

_TEXTS = {"Content-Language": "The language of its texts", "Vary": "Accept-Language"}
_PERSONAL = {"Cache-Control": "no-store", **_TEXTS}
_BY_ID: dict[str, type[RequestModel]] = {
    "customerId": person.CustomerIdRequest,
    "appointmentId": person.AppointmentRequest,
}

ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "POST", "/customers/export", EXPORT_PERSON,
        person.read_export, person.respond_export,
        "Export everything held of a person", "Every appointment with its history.",
        Accepts(person.PersonRequest, nested=_BY_ID),
        Returns(
            person.PersonExport | person.CustomerExport | person.AppointmentExport,
            headers=_PERSONAL,
        ),
        (Invalid, NotFound), is_search=True, shows_secret=True,
    ),
    Route(
        "POST", "/customers/erase", ERASE_PERSON, person.read_erasure, person.respond_erased,
        "Erase a person", "From everything that the account holds.",
        Accepts(person.PersonRequest, person.EraseQuery, nested=_BY_ID), Returns(person.Erased),
        (Invalid, NotFound, IdempotencyKeyReused, HasFutureAppointments),
    ),
)  # fmt: skip
