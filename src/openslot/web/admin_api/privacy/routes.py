"""The calls of the admin API about people's data, and about what is counted without it."""

from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.scopes import ADMIN_READ, APPOINTMENTS_MANAGE, PRIVACY_MANAGE
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.privacy.erasure import HasFutureAppointments
from openslot.web.admin_api import statistics
from openslot.web.admin_api.privacy import people
from openslot.web.http.route import Operation

_PRIVACY = (PRIVACY_MANAGE,)
_TEXTS = {"Content-Language": "The language of its texts", "Vary": "Accept-Language"}

ROUTES: tuple[Operation, ...] = (
    Operation(
        "POST", "/customers/export", people.export_person, "Everything held of a person",
        _PRIVACY, people.PersonExport, 200, people.PersonRequest, errors=(Invalid,),
        answer_headers={"Cache-Control": "no-store", **_TEXTS}, searches=True,
    ),
    Operation(
        "POST", "/customers/erase", people.erase_person, "Erase a person", _PRIVACY,
        people.Erased, 200, people.PersonRequest, query=people.EraseQuery,
        errors=(Invalid, IdempotencyKeyReused, HasFutureAppointments),
    ),
    Operation(
        "GET", "/statistics", statistics.get_statistics, "What was booked and what became of it",
        (ADMIN_READ, APPOINTMENTS_MANAGE), statistics.Statistics,
        query=statistics.StatisticsQuery, errors=(NotFound, Invalid), reads_in_background=True,
    ),
)  # fmt: skip
