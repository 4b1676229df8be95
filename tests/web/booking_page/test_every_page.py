"""What holds for every page: headers, methods, addresses that lead nowhere, sizes."""

import gzip
import re

import pytest

from .conftest import PAGE, PERSON, Booking, Open

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_every_page_has_its_headers(shared_page: Booking) -> None:
    done = await shared_page.done()
    addresses = ["/book/acme", "/book/acme?service=card", "/book/nobody", "/book/acme/nothing"]
    addresses += [str(done.response.url), done.id("manage").attributes["href"], "/manage/x"]
    token = str((await shared_page.details()).response.url).partition("hold=")[2]
    addresses += [f"/book/acme/details?hold={token}", f"/book/acme?service=card&hold={token}"]
    for address in addresses:
        answer = await shared_page.site.http.get(address)
        headers = answer.headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-language"]
        assert "set-cookie" not in headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"unsafe|\*|https?:", policy)
        has_token = any(part in address for part in ("booking=", "/manage/", "hold="))
        assert (headers.get("x-robots-tag") == "noindex") == (
            has_token or answer.status_code == 404
        )


async def test_sites_that_may_embed_it(opened: Open) -> None:
    origins = ["https://www.acme.example", "http://localhost:8080"]
    async with opened({**PAGE, "embedOrigins": origins}) as booking:
        policy = (await booking.open()).response.headers["content-security-policy"]
        assert policy.endswith("frame-ancestors https://www.acme.example http://localhost:8080")
        embedded = await booking.open("?service=card&embed=1")
        details = await booking.visitor.press(embedded, embedded.id("times").all("button")[0])
        assert "embed=1" in str(details.response.url)
        check = await booking.visitor.press(details, details.button("Continue"), PERSON)
        done = await booking.visitor.press(check, check.button("Confirm appointment"))
        assert done.id("manage").attributes["target"] == "_blank"
        manage = await booking.visitor.open(done.id("manage").attributes["href"])
        assert "frame-ancestors 'none'" in manage.response.headers["content-security-policy"]
        script = await booking.site.http.get("/embed.js")
        assert script.headers["content-type"].startswith("text/javascript")
        assert len(script.content) <= 3000


async def test_unknown_suspended_and_closed_accounts_are_one_page(opened: Open) -> None:
    async with opened({**PAGE, "enabled": False}) as booking:
        http = booking.site.http
        pages = [(await http.get(f"/book/{name}")).text for name in ("acme", "globex", "nobody")]
        assert pages[0] == pages[1] == pages[2]
        assert 'data-step="gone"' in pages[0]


async def test_methods_and_spellings(shared_page: Booking) -> None:
    http = shared_page.site.http
    for path, allowed in (
        ("/book/acme", "GET, HEAD"),
        ("/book/acme/hold", "POST"),
        ("/book/acme/details", "GET, HEAD, POST"),
    ):
        answer = await http.request("DELETE", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.headers["content-type"].startswith("text/html")
        assert (await http.get(path + "/")).status_code == 404
    for address in (
        "/book/acme/details?hold=x",
        "/book/acme/done",
        "/book/acme/done.ics?booking=y",
    ):
        gone = await http.get(address)
        assert (gone.status_code, 'data-step="gone"' in gone.text) == (404, True)


async def test_forms_of_other_sites_and_other_kinds(shared_page: Booking) -> None:
    http = shared_page.site.http
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    foreign = await http.post(
        "/book/acme/hold", content="a=b", headers={**form, "Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert (await http.post("/book/acme/hold", json={})).status_code == 415
    assert (await http.post("/book/acme/hold", content="a=%FF", headers=form)).status_code == 400
    big = await http.post("/book/acme/hold", content="a" * 524_289, headers=form)
    assert big.status_code == 413
    just = await http.post("/book/acme/hold", content="a" * 524_288, headers=form)
    assert just.status_code == 422
    assert big.headers["content-type"].startswith("text/html")


async def test_a_step_is_small(shared_page: Booking) -> None:
    answer = await shared_page.site.http.get(
        "/book/acme?service=card", headers={"Accept-Encoding": "gzip"}
    )
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content)) < 20_000
    [script] = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert len(script) <= 3_000


async def test_no_log_line_names_anybody_or_any_token(
    shared_page: Booking, logged: list[object]
) -> None:
    done = await shared_page.done(firstName="Xaviera Quibble")
    await shared_page.visitor.open(done.id("manage").attributes["href"])
    text = repr(logged)
    assert "/book/{account}/confirm" in text
    assert "Quibble" not in text
    assert done.id("manage").attributes["href"].rpartition("/")[2] not in text
