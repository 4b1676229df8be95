"""JSON schemas of the requests and responses of a route table, under `components/schemas`."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from openslot.account_file.hours import Entry
from openslot.web.api.outcomes import OutcomeResponse
from openslot.web.docs.openapi import patches
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.route import AnyRoute


class _Untitled(GenerateJsonSchema):
    """Without a title for every member: its name says the same."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False

    def normalize_name(self, name: str) -> str:
        """The name of a model as others refer to it."""
        return super().normalize_name(_without_suffix(name))


def components(routes: Iterable[AnyRoute]) -> dict[str, JsonSchemaValue]:
    """Every model that the routes' bodies are made of, by name.

    Raises:
        ValueError: two models have one name, so that one schema would hide the other.
    """
    models: dict[str, type[BaseModel]] = {}
    for route in routes:
        for kind in _kinds(route):
            for model in _models(kind):
                name = component_name(model)
                if models.setdefault(name, model) is not model:
                    raise ValueError(f"two models are called {name}")
    schemas = {name: _model_schema(model) for name, model in sorted(models.items())}
    for route in routes:
        if route.merges:
            schemas[_patch_name(route)] = patches.patch_of(
                component_name(route.returns.model), schemas
            )
    return schemas


def component_name(model: type[BaseModel]) -> str:
    """A model's name in the document: `Branch`, of a `BranchResponse` or `BranchDocument`."""
    return _without_suffix(model.__name__)


def _without_suffix(name: str) -> str:
    return name.removesuffix("Response").removesuffix("Document")


def request_body(route: AnyRoute) -> JsonSchemaValue:
    """The schema of a request's body."""
    if route.merges:
        return {"$ref": f"#/components/schemas/{_patch_name(route)}"}
    schema = body(route.accepts.described_by or route.accepts.body)
    if route.accepts.nested:
        return {"anyOf": [schema, *map(body, route.accepts.nested.values())]}
    return schema


def body(kind: Any) -> JsonSchemaValue:
    """The schema of a body: a reference, or a list or choice of them."""
    schema = _schema(kind)
    if _is_model(kind):
        return {"$ref": f"#/components/schemas/{component_name(kind)}"}
    return {name: value for name, value in schema.items() if name != "$defs"}


def parameters(query: type[RequestModel]) -> list[tuple[str, bool, JsonSchemaValue]]:
    """The parameters of a query: name, whether it is required, schema."""
    schema = _model_schema(query)
    required = schema.get("required", ())
    return [
        (name, name in required, _without_null(member))
        for name, member in schema["properties"].items()
    ]


def _schema(kind: Any) -> JsonSchemaValue:
    return TypeAdapter(kind).json_schema(
        ref_template="#/components/schemas/{model}", schema_generator=_Untitled
    )


def _model_schema(model: type[BaseModel]) -> JsonSchemaValue:
    schema = {name: value for name, value in _schema(model).items() if name != "$defs"}
    schema["title"] = component_name(model)
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        if member.get("default", 0) in (None, [], ()):
            del member["default"]
        # A null reads as absent in every request.
        if issubclass(model, RequestModel | Entry) and name not in required:
            schema["properties"][name] = patches.or_null(member)
    return schema


def _without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """In a query there is no null."""
    if "anyOf" not in schema:
        return schema
    choices = [choice for choice in schema["anyOf"] if choice != patches.NULL]
    return choices[0] if len(choices) == 1 else {**schema, "anyOf": choices}


def _kinds(route: AnyRoute) -> Iterator[Any]:
    """The types of a call's bodies; a patch is described by what it is merged into."""
    if not route.merges:
        yield route.accepts.described_by or route.accepts.body
    yield from route.accepts.nested.values()
    yield route.returns.model
    if route.may_run_dry:
        yield OutcomeResponse


def _patch_name(route: AnyRoute) -> str:
    """`BranchPatch`, of a `BranchItem`."""
    name = component_name(route.returns.model)
    return name.removesuffix("Item").removesuffix("Answer") + "Patch"


def _is_model(kind: Any) -> bool:
    return get_origin(kind) is None and isinstance(kind, type) and issubclass(kind, BaseModel)


def _models(kind: Any) -> Iterable[type[BaseModel]]:
    """The models in a type, and those of their members."""
    if _is_model(kind):
        yield kind
        for field in kind.model_fields.values():
            yield from _models(field.annotation)
    for part in get_args(kind):
        yield from _models(part)
