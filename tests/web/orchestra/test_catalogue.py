"""Services, branches and combinations, in the shapes that programs read."""

import pytest

from openslot.storage.transactions import AccountTx

from .. import world
from ..site import Site
from .program import program

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SERVICE = {
    "publicId",
    "name",
    "duration",
    "additionalCustomerDuration",
    "custom",
    "active",
    "publicEnabled",
    "created",
    "updated",
}
META = {
    "start": "",
    "end": "",
    "offset": None,
    "limit": None,
    "fields": "",
    "arguments": {},
}
# "family" asks a question that must be answered, "twins" is not active.
OFFERED = {"passport", "licence", "card", "strict"}


async def test_services_that_ask_nothing(shared: Site) -> None:
    """A1 and A4, with their language; what must be asked is in no list and has no id."""
    calling = await program(shared)
    found = await calling.get("/v1/services", headers={"Accept-Language": "nl_NL"})
    assert found.keys() == {"serviceList", "notifications", "meta"}
    assert found["meta"] == {**META, "totalResults": 4}
    assert found["notifications"] == []
    by_id = {each["publicId"]: each for each in found["serviceList"]}
    assert by_id.keys() == {calling.service(key) for key in OFFERED}
    passport = by_id[calling.service()]
    assert passport.keys() == SERVICE
    assert (passport["name"], passport["duration"]) == ("Paspoort", 15)
    assert (passport["active"], passport["publicEnabled"], passport["custom"]) == (True, True, None)
    assert passport["created"] > 1_700_000_000_000
    assert [each["publicId"] for each in found["serviceList"]][-1] == calling.service("passport")
    harbour = await calling.get(f"/v1/branches/{calling.branch('harbour')}/services/")
    names = [each["name"] for each in harbour["serviceList"]]
    assert names == ["Licence", "Passport"]
    for path in (
        f"/v1/services/{calling.service('family')}/branches",
        f"/v1/services/{calling.service('twins')}/branches",
        f"/v1/branches/{calling.branch()}/services/{calling.service('family')}/dates",
        f"/v2/branches/available;servicePublicId={calling.service('family')}",
        f"/v1/services/groups;servicePublicId={calling.service('family')}",
    ):
        refused = await calling.call("GET", path)
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (404, "E404"), path


async def test_branches(shared: Site) -> None:
    """A2, A3, A5 and A8."""
    calling = await program(shared)
    centre, harbour = calling.branch(), calling.branch("harbour")
    found = await calling.get("/v1/branches")
    assert [each["publicId"] for each in found["branchList"]] == [centre, harbour]
    shown = (await calling.get(f"/v1/branches/{centre.upper()}"))["branch"]
    assert shown == found["branchList"][0]
    assert shown.keys() == {
        *("publicId", "name", "timeZone", "fullTimeZone", "branchPrefix", "custom"),
        *("addressLine1", "addressLine2", "addressZip", "addressCity", "addressState"),
        *("addressCountry", "phone", "email", "latitude", "longitude", "created", "updated"),
    }
    assert (shown["addressLine1"], shown["addressCity"]) == ("Markt 1", "Delft")
    assert (shown["timeZone"], shown["addressZip"]) == ("Europe/Amsterdam", None)
    of_service = await calling.get(f"/v1/services/{calling.service('card')}/branches")
    assert [each["publicId"] for each in of_service["branchList"]] == [centre]
    available = "/v2/branches/available"
    everywhere = await calling.get(available)
    assert [each["publicId"] for each in everywhere["branch"]] == [centre, harbour]
    both = f"{available};servicePublicId={calling.service()};servicePublicId="
    found = await calling.get(both + calling.service("licence"))
    assert len(found["branch"]) == 2
    ids = f"[{calling.service()}, {calling.service('licence')}]"
    assert found["meta"]["arguments"] == {"servicePublicId": ids}
    found = await calling.get(both + calling.service("card"))
    assert [each["publicId"] for each in found["branch"]] == [centre]


async def test_groups_are_the_combinations_of_a_branch(shared: Site) -> None:
    """A6 and A7: each whole; what is in none is a group of itself; what does not fit is in none."""
    calling = await program(shared)
    passport, licence, card = map(calling.service, ("passport", "licence", "card"))
    at_centre = f"/v2/branches/{calling.branch()}/services/groups"

    async def groups(path: str) -> list[list[str]]:
        found = await calling.get(path)
        return [[each["publicId"] for each in group["services"]] for group in found]

    assert await groups(f"{at_centre};servicePublicId={passport}") == [[licence, passport]]
    assert await groups(f"{at_centre};servicePublicId={card}") == [[card]]
    assert await groups(f"{at_centre};servicePublicId={card};servicePublicId={passport}") == []
    whole = await groups(at_centre)
    assert sorted(whole) == sorted([[card], [licence, passport], [calling.service("strict")]])
    everywhere = await calling.get(f"/v1/services/groups;servicePublicId={passport}")
    assert [each["branchPublicId"] for each in everywhere] == [
        calling.branch(),
        calling.branch("harbour"),
    ]
    assert everywhere[0].keys() == {"branchPublicId", "branchName", "serviceGroups"}
    assert everywhere[0]["serviceGroups"][0]["services"][0].keys() == {
        *("publicId", "name", "duration", "additionalCustomerDuration", "custom")
    }
    alone = await calling.get(f"/v1/services/groups;servicePublicId={card}")
    assert [each["branchPublicId"] for each in alone] == [calling.branch()]


async def test_what_an_account_says_of_branches_and_services(site: Site) -> None:
    """Phone, e-mail address and `custom`; `updated` moves with the thing that changed alone."""
    calling = await program(site)
    custom = '{"infoText": "Bring a photo"}'

    def change(tx: AccountTx) -> None:
        world.replace(tx, "branch", centre={"phone": "14015", "email": "post@example.org"})
        world.replace(tx, "service", card={"custom": custom})

    before = await calling.get("/v1/branches")
    await site.app.database.write(site.tenant().account.id, change)
    centre, harbour = (await calling.get("/v1/branches"))["branchList"]
    assert (centre["phone"], centre["email"]) == ("14015", "post@example.org")
    assert centre["updated"] > before["branchList"][0]["updated"]
    assert harbour == before["branchList"][1]
    services = (await calling.get("/v1/services"))["serviceList"]
    assert {each["name"]: each["custom"] for each in services}["Card"] == custom
    shown = await site.call("GET", f"/branches/{calling.branch()}")
    assert (shown.json()["phone"], shown.json()["email"]) == ("14015", "post@example.org")


async def test_both_bases_answer_alike_and_one_slash_more_is_no_difference(shared: Site) -> None:
    calling = await program(shared)
    usual = await calling.call("GET", "/v1/branches")
    for path in (
        "/v1/branches/",
        "/v1/branches?_=1",
        "//rest/calendar-backend/public/api/v1/branches",
        "//rest/calendar-backend/public/api/v1/branches/",
    ):
        again = await calling.call("GET", path)
        assert (again.status_code, again.content) == (200, usual.content), path
    for path in (
        "/v1/Branches",
        "/v1/branches//",
        "/v2/branches",
        "/v3/branches",
        "/V1/branches",
        "/",
        "//qsystem/calendar-backend/public/api/v1/branches",
        "/rest/appointment/customers/identify",
    ):
        refused = await calling.call("GET", path)
        assert refused.status_code == 404, path
