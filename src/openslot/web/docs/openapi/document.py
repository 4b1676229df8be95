"""The document: paths, parameters, bodies, responses and security of every call in a table."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from openapi_pydantic import (
    Components,
    Header,
    Info,
    Link,
    MediaType,
    OAuthFlow,
    OAuthFlows,
    OpenAPI,
    Parameter,
    PathItem,
    Reference,
    RequestBody,
    Response,
    Schema,
    SecurityScheme,
    Server,
)
from openapi_pydantic import Operation as Described

from openslot.kernel import scopes
from openslot.web.api.outcomes import OutcomeResponse
from openslot.web.docs.openapi import failures, headers, schemas
from openslot.web.docs.openapi.links import Links, links_of
from openslot.web.http.interface import Interface
from openslot.web.http.response import JSON, PROBLEM
from openslot.web.http.route import AnyRoute

_SCOPES = {
    scopes.BOOK: "Look, reserve and book",
    scopes.RESCHEDULE: "Look, reserve and move appointments",
    scopes.CANCEL: "Look appointments up and cancel them",
    scopes.ADMIN_READ: "Read the account, its catalogue and its calendars",
    scopes.ADMIN_WRITE: "Read and change the account, its catalogue and its calendars",
    scopes.APPOINTMENTS_MANAGE: "Look at appointments and handle them as staff",
    scopes.CLIENTS_MANAGE: "Read and change clients and their secrets",
    scopes.USERS_MANAGE: "Read and change users, and invite them",
    scopes.PRIVACY_MANAGE: "Export and erase what is held of a person",
    scopes.AUDIT_READ: "Read the audit trail",
    scopes.EVENTS_READ: "Read what happened to bookings",
    scopes.WEBHOOKS_MANAGE: "Say who outside is told of events",
    scopes.BOUNCES_WRITE: "Report mail that did not arrive",
}
_OK = 200
_FORMATS = {"date": "date"}  # of path parameters; the others are UUIDs
_PATH_NAME = re.compile(r"{(\w+)}")


def document(
    public_url: str, interface: Interface, title: str, description: str, links: Links
) -> OpenAPI:
    """The whole document of one API."""
    routes = interface.routes
    paths: dict[str, dict[str, Described]] = {}
    for route in routes:
        described = _described(route, routes, links)
        paths.setdefault(route.path, {})[route.method.lower()] = described
    return OpenAPI(
        openapi="3.1.1",
        info=Info(title=title, version="1", description=description),
        servers=[Server(url=public_url + interface.prefix)],
        paths={path: PathItem.model_validate(methods) for path, methods in paths.items()},
        components=_components(public_url, routes),
    )


def operation_id(route: AnyRoute) -> str:
    """A name for generated code: `postReservationsByAppointmentIdConfirm`."""
    words = [
        f"By{name[1].upper()}{name[2:-1]}" if name.startswith("{") else name[0].upper() + name[1:]
        for name in route.path.strip("/").replace(".", "/").split("/")
    ]
    return route.method.lower() + "".join(words)


def _described(route: AnyRoute, routes: Sequence[AnyRoute], links: Links) -> Described:
    responses: dict[str, Response | Reference] = {
        str(route.returns.status): _good(route, routes, links)
    }
    if route.may_run_dry and route.returns.status != _OK:
        responses[str(_OK)] = Response(
            description="With `dryRun=true`: what would be done",
            headers=_headers(["X-Request-Id", "Idempotency-Replayed"]),
            content=_content(JSON, schemas.body(OutcomeResponse)),
        )
    if route.is_conditional:
        responses["304"] = Response(
            description="Not modified: If-None-Match names the present ETag",
            headers=_headers(
                ["X-Request-Id", "ETag", *{"Cache-Control"}.intersection(route.returns.headers)]
            ),
        )
    for status, errors in failures.errors_of(route).items():
        responses[str(status)] = Response(
            description=failures.sentence(errors),
            headers=_headers(headers.of_failure(status)),
            content=_content(PROBLEM, failures.problem_schema(status, errors)),
        )
    return Described(
        tags=[route.path.split("/")[1]],
        operationId=operation_id(route),
        summary=route.summary,
        description=route.description or None,
        parameters=_parameters(route),
        requestBody=_request_body(route),
        responses=responses,
        # Any one of them is enough (OpenAPI 3.1 §4.8.30: a list is a choice).
        security=[{"oauth2": [scope]} for scope in route.scopes],
    )


def _good(route: AnyRoute, routes: Sequence[AnyRoute], links: Links) -> Response:
    following = {
        name: {"operationId": operation_id(target), **link}
        for name, target, link in links_of(route, routes, links)
    }
    content = _good_content(route)
    return Response(
        description=route.summary if content else "Done",
        headers=_headers(headers.of_success(route)),
        content=content,
        links={name: Link.model_validate(link) for name, link in following.items()} or None,
    )


def _good_content(route: AnyRoute) -> dict[str, MediaType] | None:
    if route.returns.model is None:
        files = [_content(name, {"type": "string"}) for name in route.returns.media_types]
        return {name: kind for file in files for name, kind in file.items()} or None
    schema = schemas.body(route.returns.model)
    if route.may_run_dry and route.returns.status == _OK:
        schema = {"anyOf": [schema, schemas.body(OutcomeResponse)]}
    content = _content(JSON, schema)
    for media_type in route.returns.media_types:
        content |= _content(media_type, {"type": "string"})
    return content


def _parameters(route: AnyRoute) -> list[Parameter | Reference]:
    found: list[Parameter | Reference] = [
        _parameter(name, "path", {"type": "string", "format": kind}, required=True)
        for name, kind in _path_parameters(route)
    ]
    if route.accepts.query is not None:
        found.extend(
            _parameter(name, "query", schema, required=required)
            for name, required, schema in schemas.parameters(route.accepts.query)
        )
    found.extend(_reference("parameters", name) for name in headers.taken_by(route))
    return found


def _path_parameters(route: AnyRoute) -> list[tuple[str, str]]:
    return [(name, _FORMATS.get(name, "uuid")) for name in _PATH_NAME.findall(route.path)]


def _request_body(route: AnyRoute) -> RequestBody | None:
    if not route.body_types:
        return None
    is_raw = route.accepts.raw is not None
    schema = {"type": "string"} if is_raw else schemas.request_body(route)
    content = {name: kind for t in route.body_types for name, kind in _content(t, schema).items()}
    return RequestBody(required=not route.accepts.is_optional, content=content)


def _components(public_url: str, routes: Sequence[AnyRoute]) -> Components:
    named = {scope: _SCOPES.get(scope, scope) for route in routes for scope in route.scopes}
    models = {**schemas.components(routes), **failures.problem_schemas(routes)}
    sent = headers.of_routes(routes)
    taken = {name for route in routes for name in headers.taken_by(route)}
    return Components(
        schemas={name: _as_schema(schema) for name, schema in models.items()},
        headers={
            name: Header.model_validate({"description": text, "schema": schema})
            for name, (text, schema) in headers.RESPONSE_HEADERS.items()
            if name in sent
        },
        parameters={
            name: _parameter(name, "header", {**schema, "description": text})
            for name, (text, schema) in headers.REQUEST_HEADERS.items()
            if name in taken
        },
        securitySchemes={
            "oauth2": SecurityScheme(
                type="oauth2",
                description="A bearer token of the account's own token endpoint, 60 minutes valid",
                flows=OAuthFlows(
                    clientCredentials=OAuthFlow(tokenUrl=public_url + "/oauth2/token", scopes=named)
                ),
            )
        },
    )


def _headers(names: Sequence[str]) -> dict[str, Header | Reference]:
    return {name: _reference("headers", name) for name in names}


def _reference(kind: str, name: str) -> Reference:
    return Reference.model_validate({"$ref": f"#/components/{kind}/{name}"})


def _parameter(
    name: str, place: str, schema: Mapping[str, Any], *, required: bool = False
) -> Parameter:
    schema = dict(schema)
    described = {"description": schema.pop("description")} if "description" in schema else {}
    given = {"name": name, "in": place, "required": required, "schema": schema, **described}
    return Parameter.model_validate(given)


def _content(media_type: str, schema: Mapping[str, Any]) -> dict[str, MediaType]:
    return {media_type: MediaType.model_validate({"schema": schema})}


def _as_schema(schema: Mapping[str, Any]) -> Schema:
    return Schema.model_validate(schema)
