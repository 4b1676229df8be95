"""Whether answers are as the OpenAPI documents say."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import httpx
import jsonschema_rs

from openslot.web.booking_api.routes import API as BOOKING
from openslot.web.docs.openapi import routes as openapi
from openslot.web.http.route import AnyRoute
from openslot.web.later_routes import ADMIN_API as ADMIN_INTERFACE

from .site import ADMIN, API, PERSON
from .world import PUBLIC_URL

_JSON = ("/json", "+json")
_SAID_BY_ALL = {"content-length", "content-type"}
_MAY_BE_MISSING = {
    "link", "idempotency-replayed", "www-authenticate", "content-disposition",
}  # fmt: skip


def name_of(operation: AnyRoute) -> str:
    """As tests are called."""
    return f"{operation.method} {operation.path}"


@dataclass(frozen=True, eq=False)
class Contract:
    """The document of one API, and the calls that it has to describe."""

    name: str
    prefix: str
    operations: Sequence[AnyRoute]
    written: Callable[[str], bytes]

    def __str__(self) -> str:
        """As tests are called."""
        return self.name

    @cached_property
    def document(self) -> dict[str, Any]:
        """What the product writes; made when it is first asked for."""
        made: dict[str, Any] = json.loads(self.written(PUBLIC_URL))
        return made

    def described(self, operation: AnyRoute) -> Any:
        """What it says of a call."""
        return self.document["paths"][operation.path][operation.method.lower()]

    def statuses(self, operation: AnyRoute) -> list[int]:
        """Every status that it lists for a call."""
        return [int(status) for status in self.described(operation)["responses"]]

    def codes(self, operation: AnyRoute, status: int) -> list[str]:
        """The codes of an error status."""
        content = self.described(operation)["responses"][str(status)]["content"]
        schema = content["application/problem+json"]["schema"]
        listed: list[str] = schema["allOf"][1]["properties"]["code"]["enum"]
        return listed

    def check(self, operation: AnyRoute, answer: httpx.Response, *, dry_run: bool = False) -> None:
        """The status is listed, the body fits its schema, the headers are just those listed."""
        responses = self.described(operation)["responses"]
        assert str(answer.status_code) in responses, (name_of(operation), answer.text)
        response = responses[str(answer.status_code)]
        expected = {name.lower() for name in response.get("headers", {})}
        present = set(answer.headers) - _SAID_BY_ALL
        if answer.status_code == 304:
            present -= {"content-language", "vary"}
        missing = set() if dry_run else expected - present
        if answer.status_code == 503 and answer.json()["code"] == "database_damaged":
            missing -= {"retry-after"}  # trying again does not help
        assert missing <= _MAY_BE_MISSING, (name_of(operation), missing)
        assert present <= expected, (name_of(operation), present - expected)
        if "content" not in response:
            assert answer.content == b""
            return
        media_type = answer.headers["content-type"]
        if media_type.startswith("text/"):
            media_type = media_type.partition(";")[0]
        assert media_type in response["content"]
        if media_type.endswith(_JSON):
            self.validator(operation, answer.status_code).validate(answer.json())
        if answer.is_error:
            check_problem(answer)

    def validator(self, operation: AnyRoute, status: int | None) -> Any:
        """Of an answer's JSON, or with no status of the request's body."""
        return _validator(self, operation.method, operation.path, status)

    def operation(self, method: str, path: str) -> AnyRoute:
        """The call of a method and a path as the document writes it."""
        [found] = [o for o in self.operations if (o.method, o.path) == (method, path)]
        return found


BOOKING_API = Contract("booking", API, BOOKING.routes, openapi.booking_api(BOOKING).document)
ADMIN_API = Contract(
    "admin", ADMIN, ADMIN_INTERFACE.routes, openapi.admin_api(ADMIN_INTERFACE).document
)


def check_problem(answer: httpx.Response) -> None:
    """The shape that every error has, wherever it comes from."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(problem)[:6] == ["type", "title", "status", "detail", "instance", "code"]
    assert problem["type"] == f"{PUBLIC_URL}/problems/{problem['code']}"
    assert problem["status"] == answer.status_code
    assert problem["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    if answer.status_code == 422:
        assert problem["errors"]
    assert not [value for value in PERSON.values() if value in answer.text]
    if answer.status_code in (429, 503) and problem["code"] != "database_damaged":
        assert int(answer.headers["retry-after"]) >= 1
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer ")


def faults(answer: httpx.Response) -> dict[str, str]:
    """The code of the fault at every pointer."""
    assert answer.status_code == 422, answer.text
    check_problem(answer)
    return {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}


@cache
def _validator(contract: Contract, method: str, path: str, status: int | None) -> Any:
    call = contract.described(contract.operation(method, path))
    message = call["requestBody"] if status is None else call["responses"][str(status)]
    content = next(c for name, c in message["content"].items() if name.endswith(_JSON))
    schema = {**content["schema"], "components": contract.document["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
