"""Exporting: the file that makes the same account, readable, without secrets."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from openslot.account_file import document as models
from openslot.account_file import hours, message_documents
from openslot.account_file.booking_page import documents as page_documents
from openslot.account_file.export import FIELD_ORDER
from openslot.account_file.yaml_source import read
from openslot.account_file.yaml_text import yaml_of
from rounds import rounds

from .documents import TEXTS, documents, small
from .installation import Installation, applied_actions

pytestmark = pytest.mark.slow


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def through_yaml(document: dict[str, Any]) -> dict[str, Any]:
    """What is read of the YAML that is written for a document."""
    [source] = read(yaml_of(document).encode(), "export.yaml")
    assert source.mistakes == ()
    assert source.document is not None
    return source.document.model_dump(mode="json", by_alias=True, exclude_unset=True)


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what is only another way to say the same."""
    slim = {name: value for name, value in document.items() if value not in ([], None)}
    slim.pop("sandbox", None)
    if document.get("sandbox"):
        slim["sandbox"] = True
    slim["settings"] = models.AccountSettings.model_validate(
        document.get("settings", {})
    ).model_dump(by_alias=True)
    for field in ("branches", "serviceGroups", "services", "resources", "clients"):
        entries = [
            {n: v for n, v in entry.items() if (n, v) != ("active", True)}
            for entry in slim.pop(field, [])
        ]
        if entries:
            slim[field] = {entry["key"]: entry for entry in entries}
    return json.loads(json.dumps(slim, sort_keys=True).replace(".0,", ",").replace(".0}", "}"))


def test_an_export_is_the_document_that_was_applied(installation: Installation) -> None:
    installation.apply(small())
    assert comparable(installation.export("acme")) == comparable(
        small(locales=["en_US"], settings={})
    )


def test_it_holds_no_secret(installation: Installation) -> None:
    [secret] = installation.apply(small()).new_secrets
    text = yaml_of(installation.export("acme"))
    assert secret.client_secret is not None
    assert secret.client_secret not in text
    assert "osk_" not in text
    assert secret.client_id not in text


def test_what_rests_says_so_and_stays_at_rest(installation: Installation) -> None:
    other = {**small()["services"][0], "key": "licence"}
    both = small(
        services=[small()["services"][0], other],
        serviceCombinations=[{"branch": "centre", "services": ["passport", "licence"]}],
    )
    installation.apply(both)
    installation.apply(small(resources=[], clients=[]))
    exported = installation.export("acme")
    assert [s.get("active", True) for s in exported["services"]] == [True, False]
    assert exported["resources"][0]["active"] is False
    assert exported["clients"][0]["active"] is False
    assert "serviceCombinations" not in exported
    assert installation.apply(through_yaml(exported)).changes == ()


def test_resting_things_that_no_longer_fit_do_not_spoil_an_export(
    installation: Installation,
) -> None:
    other = {**small()["services"][0], "key": "licence"}
    combined = {"branch": "centre", "services": ["passport", "licence"]}
    installation.apply(
        small(services=[small()["services"][0], other], serviceCombinations=[combined])
    )
    other["partyMode"] = "occupy"
    installation.apply(small(services=[small()["services"][0], other]))
    assert installation.apply(through_yaml(installation.export("acme"))).changes == ()


def test_every_field_has_its_place() -> None:
    entries = [
        model
        for module in (models, hours, message_documents, page_documents)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, hours.Entry)
    ]
    names = {field.alias for model in entries for field in model.model_fields.values()}
    assert names == set(FIELD_ORDER)
    assert len(FIELD_ORDER) == len(set(FIELD_ORDER))


def test_short_things_stand_on_one_line() -> None:
    document = {
        "account": "acme",
        "branches": [{"key": "centre", "openingHours": [{"day": "monday", "opens": "09:00"}]}],
        "serviceGroups": [{"key": "a", "name": "Yes"}],
    }
    assert yaml_of(document).splitlines() == [
        "account: acme",
        "branches:",
        '  - {key: centre, openingHours: [{day: monday, opens: "09:00"}]}',
        "serviceGroups:",
        '  - {key: a, name: "Yes"}',
    ]


@given(text=TEXTS)
def test_every_text_is_written_so_that_it_is_read_as_itself(text: str) -> None:
    assert through_yaml(small(name=text))["name"] == text


@settings(
    max_examples=rounds(some=20, many=300),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(document=documents())
def test_an_export_makes_the_same_account_here_and_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, document: dict
) -> None:
    here = Installation(tmp_path_factory.mktemp("here"))
    here.apply(document)
    exported = here.export("acme")
    assert comparable(exported) == comparable(document)
    read_back = through_yaml(exported)
    assert read_back == exported

    before = here.content()
    assert here.apply(read_back).changes == ()
    assert here.content() == before

    elsewhere = Installation(tmp_path_factory.mktemp("elsewhere"))
    created = applied_actions(elsewhere.apply(read_back))
    assert {action for _, _, action in created} <= {"created", "deactivated"}
    assert elsewhere.export("acme") == exported
