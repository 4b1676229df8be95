"""The manual of the account file says what the models do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from annotated_types import MaxLen

from openslot.account_file import document as models
from openslot.account_file import hours, message_documents
from openslot.account_file.booking_page import documents as page_documents
from openslot.account_file.yaml_source import read
from openslot.kernel.scopes import ALL

_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "account-file.md"
MANUAL = _PAGE.read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)


def fields() -> Iterator[tuple[str, str, Any]]:
    """Every field as (model, name, what pydantic knows of it)."""
    for module in (models, hours, message_documents, page_documents):
        for model in vars(module).values():
            if isinstance(model, type) and issubclass(model, hours.Entry):
                for field in model.model_fields.values():
                    yield model.__name__, str(field.alias), field


def rows_about(name: str) -> list[str]:
    """The table rows and lines that are about a field."""
    return [line for line in MANUAL.splitlines() if f"`{name}`" in line]


def test_its_example_has_no_mistakes() -> None:
    assert EXAMPLE is not None
    [source] = read(EXAMPLE[1].encode(), "example.yaml")
    assert source.mistakes == ()


@pytest.mark.parametrize("name", sorted({name for _, name, _ in fields()}))
def test_every_field_is_in_it(name: str) -> None:
    assert rows_about(name)


def bounds() -> Iterator[tuple[str, float]]:
    """The least and the largest numbers, by the name of their field."""
    for _, name, field in fields():
        for rule in field.metadata:
            bound = getattr(rule, "ge", getattr(rule, "le", None))
            if bound is not None:
                yield name, bound


@pytest.mark.parametrize(("name", "bound"), sorted(set(bounds())))
def test_every_bound_of_a_number_is_in_it(name: str, bound: float) -> None:
    kinds = "\n".join(line for line in MANUAL.splitlines() if line.startswith("| minutes"))
    numbers = re.findall(r"-?[0-9][0-9,]*[0-9]|[0-9]", kinds + "\n".join(rows_about(name)))
    assert {f"{bound:.0f}", f"{bound:,.0f}"} & set(numbers)


DEFAULTS = {
    str(field.alias): field.default
    for field in models.ServiceDocument.model_fields.values()
    if type(field.default) is int
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_default_of_a_service_is_in_it(name: str) -> None:
    [row, *_] = [row for row in rows_about(name) if row.startswith("| `")]
    assert row.split("|")[3].strip() == str(DEFAULTS[name])


MOST_ENTRIES = {
    str(field.alias): rule.max_length
    for field in models.AccountDocument.model_fields.values()
    for rule in field.metadata
    if isinstance(rule, MaxLen) and rule.max_length
}


@pytest.mark.parametrize("name", MOST_ENTRIES)
def test_the_number_of_entries_is_in_it(name: str) -> None:
    assert f"{MOST_ENTRIES[name]:,}" in " ".join(rows_about(name))


def test_every_scope_is_in_it() -> None:
    assert all(f"`{scope}`" in MANUAL for scope in ALL)
