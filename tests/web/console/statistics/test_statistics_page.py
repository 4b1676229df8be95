"""The numbers of the console are the sums of the API's, and its files are the API's rows."""

import csv
import io
from collections import Counter
from typing import Any

import pytest

from openslot.kernel.scopes import ADMIN_READ
from openslot.web.api.csv_rows import csv_row

from ...admin.administrator import administrator
from ...html_page import Page
from ...site import Site, at
from ..clerk import signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

FROM, TO = at(0, 0)[:10], at(40, 0)[:10]
RANGE = f"from={FROM}&to={TO}"


async def test_the_tables_are_the_sums_of_the_api(shared: Site, staff: Staff) -> None:
    for _ in range(3):
        await shared.book()
    viewer = await staff("viewer")
    centre = shared.id("branch", "centre")
    page = await viewer.open(f"statistics?{RANGE}&branch={centre}")
    api = await answered(shared, centre)
    services = Counter[str]()
    for row in api["services"]:
        services[row["serviceId"]] += row["booked"]
    assert sum(services.values()) >= 3
    found = figures(page, "By service")
    assert sorted(int(cells[0]) for cells in found.values()) == sorted(services.values())
    booked = sum(row["bookedMinutes"] for row in api["branches"])
    is_open = sum(row["openMinutes"] for row in api["branches"])
    ((_, of_branch),) = figures(page, "By branch").items()
    assert of_branch == [str(booked), str(is_open), f"{round(100 * booked / is_open)}%"]
    by_resource = figures(page, "By resource")
    assert sum(int(cells[0]) for cells in by_resource.values()) == booked
    by_day = figures(page, "By day")
    assert len(by_day) == 41
    assert sum(int(cells[0]) for cells in by_day.values()) == sum(services.values())
    assert next(iter(figures(page, "By hour"))) == "Monday"
    charts = page.root.all("svg", role="img")
    assert len(charts) == 5
    assert all(chart.name for chart in charts)
    assert not page.root.all("svg")[0].all(style="")


async def test_a_file_has_the_rows_of_the_api(shared: Site, staff: Staff) -> None:
    await shared.book()
    viewer = await staff("viewer")
    centre = shared.id("branch", "centre")
    api = await answered(shared, centre)
    for part, rows in api.items():
        answer = await viewer.get(f"statistics.csv?part={part}&{RANGE}&branch={centre}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
        written = list(csv.DictReader(io.StringIO(answer.text)))
        expected = [{name: text(value) for name, value in row.items()} for row in rows]
        assert len(expected) > 0
        assert written == expected


async def test_what_cannot_be_shown_is_said_beside_its_field(shared: Site, staff: Staff) -> None:
    viewer = await staff("viewer")
    for query, field, said in [
        ("from=yesterday", "from", "Enter a date, for example 2027-01-12"),
        (f"from={TO}&to={FROM}", "to", "Choose a date that is not before the first one"),
    ]:
        page = await viewer.open(f"statistics?{query}")
        assert page.status == 422
        assert page.id(f"{field}-fault").text == said
    foreign = shared.id("branch", "centre", "globex")
    for address in (f"statistics?branch={foreign}", f"statistics.csv?service={foreign}"):
        assert (await viewer.get(address)).status_code == 404
    assert (await viewer.get("statistics.csv?part=people")).status_code == 422


async def test_an_account_without_anything_has_empty_tables(shared: Site) -> None:
    viewer = await signed_in(shared, "viewer", account="globex")
    page = await viewer.open("statistics?from=2020-01-01&to=2020-01-02")
    assert page.status == 200
    assert "Nothing here" in page.root.text


def test_no_cell_is_a_formula() -> None:
    cells = ("=1", "+1", "-1", "@a", "\ta", "\ra", "a=1", -1, 0.5, None)
    (row,) = csv.reader(io.StringIO(csv_row(cells), newline=""))
    assert row == ["'=1", "'+1", "'-1", "'@a", "'\ta", "'\ra", "a=1", "-1", "0.5", ""]


def figures(page: Page, caption: str) -> dict[str, list[str]]:
    """The cells of a table's rows by their heading."""
    (table,) = [t for t in page.root.all("table") if t.one("caption").text == caption]
    rows = table.one("tbody").all("tr")
    return {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}


async def answered(site: Site, branch_id: str) -> dict[str, Any]:
    """What the admin API says of the same dates."""
    reader = await administrator(site, ADMIN_READ)
    query = {"from": FROM, "to": TO, "branch": branch_id}
    answer = await reader.call("GET", "/statistics", params=query)
    found: dict[str, Any] = answer.json()
    return found


def text(value: Any) -> str:
    return "" if value is None else str(value)
