"""The admin API's OpenAPI document, beside what holds of both."""

import pytest

from ..contract import ADMIN_API

pytestmark = pytest.mark.slow


def test_patches() -> None:
    """Every member may be absent or null, inside objects too; other members are refused."""
    patch = ADMIN_API.validator(ADMIN_API.operation("PATCH", "/branches/{branchId}"), None)
    for good in (
        {}, {"name": None}, {"name": {"nl_NL": None}}, {"address": {"city": None}},
        {"location": {"latitude": 52}}, {"active": False}, {"id": "x", "version": 3},
    ):  # fmt: skip
        patch.validate(good)
    for bad in ({"colour": 1}, {"active": "no"}, {"address": {"shape": 1}}, {"openingHours": [{}]}):
        assert not patch.is_valid(bad), bad


def test_patches_have_their_own_media_type() -> None:
    """RFC 7396; plain JSON is taken as well."""
    merging = [o for o in ADMIN_API.operations if o.merges]
    assert merging
    for operation in merging:
        body = ADMIN_API.described(operation)["requestBody"]["content"]
        assert set(body) == {"application/json", "application/merge-patch+json"}


def test_bodies_are_entries_of_the_account_file() -> None:
    """With what has to be there, and without what the server gives."""
    branch = ADMIN_API.validator(ADMIN_API.operation("POST", "/branches"), None)
    good = {"key": "centre", "name": "Centre", "timeZone": "Europe/Amsterdam"}
    branch.validate({**good, "address": None, "openingHours": []})
    assert not branch.is_valid({**good, "id": "x"})
    assert not branch.is_valid({"key": "centre", "name": "Centre"})


def test_problems_tell_whom_a_change_strands() -> None:
    assert "stranded" in ADMIN_API.document["components"]["schemas"]["Problem"]["properties"]
