"""Applying: what a document says is made, once; what it no longer says is put to rest."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from openslot.account_file.checking import InvalidAccountFile, check
from rounds import rounds

from .documents import documents, small
from .installation import Installation, applied_actions

pytestmark = pytest.mark.slow


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_the_first_time_everything_is_created(installation: Installation) -> None:
    applied = installation.apply(small())
    assert applied_actions(applied) == [
        ("account", "acme", "created"),
        ("branch", "centre", "created"),
        ("service", "passport", "created"),
        ("resource", "desk-1", "created"),
        ("client", "website", "created"),
    ]
    [secret] = applied.new_secrets
    assert (secret.account, secret.key) == ("acme", "website")
    assert secret.client_secret is not None
    assert secret.client_secret.startswith("osk_")


def test_applying_again_changes_not_one_row(installation: Installation) -> None:
    installation.apply(small())
    before = installation.content()
    again = installation.apply(small())
    assert (again.changes, again.new_secrets) == ((), ())
    assert installation.content() == before


def test_what_is_no_longer_listed_rests_and_comes_back_with_its_id(
    installation: Installation,
) -> None:
    installation.apply(small())
    desk, _, _ = installation.items("acme")["resource", "desk-1"]
    gone = installation.apply(small(resources=[], clients=[]))
    assert applied_actions(gone) == [
        ("resource", "desk-1", "deactivated"),
        ("client", "website", "deactivated"),
    ]
    assert installation.items("acme")["resource", "desk-1"] == (desk, False, 2)
    back = installation.apply(small())
    assert applied_actions(back) == [
        ("resource", "desk-1", "activated"),
        ("client", "website", "activated"),
    ]
    assert back.new_secrets == ()
    assert installation.items("acme")["resource", "desk-1"] == (desk, True, 3)


def test_only_what_differs_is_written(installation: Installation) -> None:
    installation.apply(small())
    version = installation.catalogue_version("acme")
    document = small(name="Acme", settings={"reservationMinutes": 5})
    assert applied_actions(installation.apply(document)) == [("account", "acme", "changed")]
    assert installation.catalogue_version("acme") == version
    document["services"][0]["durationMinutes"] = 45
    assert applied_actions(installation.apply(document)) == [("service", "passport", "changed")]
    assert installation.catalogue_version("acme") != version
    versions = {key: item[2] for key, item in installation.items("acme").items()}
    assert versions == {
        ("branch", "centre"): 1,
        ("service", "passport"): 2,
        ("resource", "desk-1"): 1,
    }


def test_the_order_of_fields_and_combined_services_does_not_matter(
    installation: Installation,
) -> None:
    other = {**small()["services"][0], "key": "licence"}
    both = [small()["services"][0], other]
    combined = {"branch": "centre", "services": ["passport", "licence"]}
    installation.apply(small(services=both, serviceCombinations=[combined]))
    turned = [dict(reversed(list(service.items()))) for service in both]
    again = installation.apply(small(services=turned, serviceCombinations=[combined]))
    assert again.changes == ()
    assert ("service-combination", "centre:licence+passport") in installation.items("acme")


def test_an_inactive_thing_is_stored_so(installation: Installation) -> None:
    document = small()
    document["branches"][0]["active"] = False
    installation.apply(document)
    assert installation.items("acme")["branch", "centre"][1] is False
    document["branches"][0]["active"] = True
    assert applied_actions(installation.apply(document)) == [("branch", "centre", "activated")]
    del document["branches"][0]["active"]
    assert installation.apply(document).changes == ()


def test_a_dry_run_says_it_all_and_changes_nothing(installation: Installation) -> None:
    before = installation.content()
    dry = installation.apply(small(), dry_run=True)
    assert installation.content() == before
    real = installation.apply(small())
    assert dry.changes == real.changes
    assert dry.new_secrets == ()
    before = installation.content()
    dry = installation.apply(small(resources=[]), dry_run=True)
    assert applied_actions(dry) == [("resource", "desk-1", "deactivated")]
    assert installation.content() == before


def test_accounts_do_not_touch_each_other(installation: Installation) -> None:
    installation.apply(small())
    acme = installation.items("acme")
    installation.apply(small(account="other", name="Other"))
    installation.apply(small(account="other", name="Other", branches=[], services=[], resources=[]))
    assert installation.items("acme") == acme
    other = installation.items("other")
    assert {active for _, active, _ in other.values()} == {False}
    assert set(acme.values()).isdisjoint(other.values())


def test_a_sandbox_can_be_switched_on_and_off(installation: Installation) -> None:
    installation.apply(small(sandbox=True))
    assert installation.apply(small(sandbox=True)).changes == ()
    assert applied_actions(installation.apply(small())) == [("account", "acme", "changed")]


def test_null_is_the_same_as_leaving_out(installation: Installation) -> None:
    document = small(serviceGroups=None, webhooks=None)
    document["services"][0]["group"] = None
    installation.apply(document)
    assert installation.apply(small()).changes == ()


def test_null_where_something_is_needed_is_missing() -> None:
    with pytest.raises(InvalidAccountFile) as caught:
        check(small(name=None))
    assert [(f.field, f.code) for f in caught.value.faults] == [("/name", "required")]


@settings(
    max_examples=rounds(some=15, many=300),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(document=documents(), other=documents())
def test_applying_is_idempotent_whatever_was_there(
    tmp_path_factory: pytest.TempPathFactory, document: dict, other: dict
) -> None:
    installation = Installation(tmp_path_factory.mktemp("applied"))
    installation.apply(other)
    installation.apply(document)
    before = installation.content()
    assert installation.apply(document).changes == ()
    assert installation.content() == before
