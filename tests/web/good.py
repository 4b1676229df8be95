"""A good request for every call: what the tests of all routes start from."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from openslot.web.http.route import AnyRoute

from .contract import BOOKING_API, name_of
from .site import Site, at

Made = dict[str, Any]  # keywords of `Site.call`
Case = Callable[[Site], Awaitable[tuple[str, Made]]]


async def request_for(site: Site, operation: AnyRoute) -> tuple[str, Made]:
    """The path and the rest of a request that gets a 2xx."""
    return await CASES[f"{operation.method} {operation.path}"](site)


async def send(
    site: Site, operation: AnyRoute, path: str, made: Made, **more: Any
) -> httpx.Response:
    """Sends it."""
    return await site.call(operation.method, path, **{**made, **more})


def _plain(path: str) -> Case:
    async def case(site: Site) -> tuple[str, Made]:
        return (
            path.format(
                serviceId=site.id("service", "passport"), branchId=site.id("branch", "centre")
            ),
            {},
        )

    return case


def _slots(path: str, **query: str) -> Case:
    async def case(site: Site) -> tuple[str, Made]:
        ready, made = await _plain(path)(site)
        day = {"from": at(300, 0)[:10], "to": at(301, 0)[:10], "include": "unavailable,remaining"}
        if "dates" in path:
            del day["include"]
        both = f"{site.id('service', 'licence')},{site.id('service', 'passport')}"
        return ready, {**made, "params": {**day, **({"serviceIds": both} if query else {})}}

    return case


def combination(site: Site, *keys: str, **more: Any) -> Made:
    """The body of a reservation of several services."""
    body = site.reservation()
    del body["serviceId"]
    ids = [{"id": site.id("service", key)} for key in keys or ("licence", "passport")]
    return {**body, "services": ids, **more}


async def _reserve(site: Site) -> tuple[str, Made]:
    return "/reservations", {"json": site.reservation()}


async def _reserve_combination(site: Site) -> tuple[str, Made]:
    site.slot()  # it takes two places
    body = combination(site)
    site.slot()
    return "/serviceCombination/reservations", {"json": body}


def _of_reservation(path: str) -> Case:
    async def case(site: Site) -> tuple[str, Made]:
        made = await site.reserve()
        more = {"json": site.person()} if path.endswith("confirm") else {}
        return path.format(made["appointmentId"]), more

    return case


def _search(path: str) -> Case:
    async def case(site: Site) -> tuple[str, Made]:
        booked = await site.book()
        assert booked
        body = {"customer": {"personalIdentifier": site.person()["personalIdentifier"]}}
        return path, {"json": body}

    return case


def _of_appointment(path: str) -> Case:
    async def case(site: Site) -> tuple[str, Made]:
        booked = await site.book()
        return path.format(booked["appointmentId"]), {}

    return case


def _move(path: str) -> Case:
    async def case(site: Site) -> tuple[str, Made]:
        booked, other = await site.book(), await site.reserve()
        body = {"reservationId": other["appointmentId"]}
        return path.format(booked["appointmentId"]), {"json": body}

    return case


async def _change_customer(site: Site) -> tuple[str, Made]:
    booked = await site.book()
    return f"/appointments/{booked['appointmentId']}/customer", {"json": site.person()}


_S = "/branches/{branchId}/services/{serviceId}"
_C = "/serviceCombination"
CASES: dict[str, Case] = {
    "GET /services": _plain("/services"),
    "GET /services/groups": _plain("/services/groups"),
    "GET /services/{serviceId}": _plain("/services/{serviceId}"),
    "GET /services/{serviceId}/branches": _plain("/services/{serviceId}/branches"),
    "GET /branches": _plain("/branches"),
    "GET /branches/{branchId}": _plain("/branches/{branchId}"),
    f"GET {_S}/dates": _slots(f"{_S}/dates"),
    f"GET {_S}/timeslots": _slots(f"{_S}/timeslots"),
    "POST /reservations": _reserve,
    "GET /reservations/{appointmentId}": _of_reservation("/reservations/{}"),
    "DELETE /reservations/{appointmentId}": _of_reservation("/reservations/{}"),
    "DELETE /reservations/reservations/{appointmentId}": _of_reservation(
        "/reservations/reservations/{}"
    ),
    "POST /reservations/{appointmentId}/confirm": _of_reservation("/reservations/{}/confirm"),
    "POST /appointments/search": _search("/appointments/search"),
    "GET /appointments/{appointmentId}": _of_appointment("/appointments/{}"),
    "GET /appointments/{appointmentId}/calendar.ics": _of_appointment(
        "/appointments/{}/calendar.ics"
    ),
    "PUT /appointments/{appointmentId}": _move("/appointments/{}"),
    "POST /appointments/{appointmentId}/reschedule": _move("/appointments/{}/reschedule"),
    "PUT /appointments/{appointmentId}/customer": _change_customer,
    "DELETE /appointments/{appointmentId}": _of_appointment("/appointments/{}"),
    f"GET {_C}/branch": _plain(f"{_C}/branch"),
    f"GET {_C}/branch/{{branchId}}": _plain(f"{_C}/branch/{{branchId}}"),
    f"GET {_C}/branch/{{branchId}}/timeslots": _slots(
        f"{_C}/branch/{{branchId}}/timeslots", serviceIds="two"
    ),
    f"GET {_C}/branch/{{branchId}}/dates": _slots(
        f"{_C}/branch/{{branchId}}/dates", serviceIds="two"
    ),
    f"POST {_C}/reservations": _reserve_combination,
    f"POST {_C}/reservations/{{appointmentId}}/confirm": _of_reservation(
        f"{_C}/reservations/{{}}/confirm"
    ),
    f"POST {_C}/appointments/search": _search(f"{_C}/appointments/search"),
    f"GET {_C}/appointments/{{appointmentId}}": _of_appointment(f"{_C}/appointments/{{}}"),
    f"PUT {_C}/appointments/{{appointmentId}}": _move(f"{_C}/appointments/{{}}"),
}

assert CASES.keys() == {name_of(o) for o in BOOKING_API.operations}, (
    "every call of the route table needs a good request here"
)
