"""People found by a few letters, a page at a time."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from openslot.scheduling.people.actions import FindCustomers
from openslot.scheduling.people.search import CustomerSearch, FoundPeople, FoundPerson
from openslot.scheduling.people.search_hits import SearchPlace
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.api.response_model import ApiResponse, Uuid
from openslot.web.http.paging import CursorForm, next_link, number_part
from openslot.web.http.request_parsing import RequestModel, canonical_id
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

PATH = "/customers/search"
_BY_PLACE = CursorForm((canonical_id, number_part))


def _cursor(text: str) -> str:
    return _BY_PLACE.checked(text)


_Cursor = Annotated[
    str,
    Field(max_length=100),
    AfterValidator(_cursor),
    WithJsonSchema({"type": "string", "description": "From a Link header"}),
]


class CustomerSearchRequest(RequestModel):
    """Whom to look for: three characters or more.

    The beginnings of words of the name, whatever case and accents; the beginning of the mail
    address; the last digits of the phone, four or more; the whole identifier or reference.
    """

    text: Annotated[str, Field(min_length=3, max_length=255)]
    cursor: _Cursor | None = None


class CustomerSearchQuery(RequestModel):
    """Where a `Link` header points: the next page, asked for with the same body."""

    cursor: _Cursor | None = None


class FoundCustomer(ApiResponse):
    """A person, by the next appointment or else the last one."""

    appointmentId: Uuid
    firstName: str | None
    lastName: str | None
    email: str | None
    phoneNumber: str | None
    dateOfBirth: str | None
    appointments: Annotated[int, Field(ge=1)]  # of the person, in whatever state


def read_search(call: Call) -> FindCustomers:
    """What to look for."""
    cursor = call.query.cursor or call.body.cursor  # a Link's cursor goes on from the body's
    after = SearchPlace(*_BY_PLACE.read(cursor)) if cursor else None
    return FindCustomers(CustomerSearch(call.body.text, after))


def respond_page(_: AccountTx, call: Call, found: FoundPeople) -> Response:
    """A page of people. The next one is asked for with the same body."""
    headers = {"Cache-Control": "no-store"}
    if found.next_after is not None:
        headers |= next_link(url_of(call, PATH), {}, _BY_PLACE.write(*found.next_after))
    return json_response([_shown(one) for one in found.people], headers=headers)


def _shown(found: FoundPerson) -> FoundCustomer:
    person = found.appointment.customer or {}
    return FoundCustomer(
        appointmentId=found.appointment.id,
        firstName=person.get("firstName"),
        lastName=person.get("lastName"),
        email=person.get("email"),
        phoneNumber=person.get("phoneNumber"),
        dateOfBirth=person.get("dateOfBirth"),
        appointments=found.appointments,
    )
