"""`openslot import`: what the manual's example does, and how each command ends."""

import json
import re
import shlex
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from .conftest import Operator

pytestmark = pytest.mark.slow

_PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "import-tables-and-calendars.md"
MANUAL = _PAGE.read_text(encoding="utf-8")
FILES = re.findall(
    r"^`(\w+\.(?:csv|ics))`:\n\n```\w+\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL
)
[SHELL] = re.findall(r"^```sh\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
COMMANDS = [shlex.split(line)[1:] for line in SHELL.splitlines()]
BLOCKS = ("blocks", "acme", "empty", "--resource", "desk-1")
HEAD = "externalReference,branch,service,start,firstName,lastName,email\n"


def coming(text: str) -> str:
    """An example whose dates are put some weeks ahead of today, weekdays kept."""
    first = date(2027, 3, 1)
    ahead = datetime.now(UTC).date() + timedelta(days=14) - first
    weeks = timedelta(days=ahead.days + -ahead.days % 7)

    def later(found: re.Match[str]) -> str:
        there = date.fromisoformat(found[0]) + weeks
        return there.isoformat() if "-" in found[0] else there.strftime("%Y%m%d")

    return re.sub(r"2027-03-\d\d|202703\d\d", later, text)


@pytest.fixture
def newcomer_with_example(newcomer: Operator) -> Operator:
    """An operator in a folder with the files of the manual's example."""
    (newcomer.folder / "town").mkdir()
    in_town = {"branches.csv", "opening_hours.csv", "services.csv", "resources.csv"}
    for name, text in FILES:
        newcomer.writes(f"town/{name}" if name in in_town else name, coming(text))
    newcomer.runs("migrate")
    return newcomer


def test_the_example_of_the_manual_is_taken_whole(newcomer_with_example: Operator) -> None:
    operator = newcomer_with_example
    reports = [operator.runs(*words) for words in COMMANDS]
    assert [report.exit_code for report in reports] == [0] * 4
    _, applied, booked, blocked = reports
    assert "acme: resource desk-2 created" in applied.stdout
    assert booked.stdout.count("created") == 3
    assert booked.stderr == "future.csv: 3 taken, 0 with something not taken\n"
    assert blocked.stdout.count("created") == 5
    assert "0 differences" in operator.runs("verify").stdout
    # And again: nothing comes twice.
    _, _, *again = COMMANDS
    for words in again:
        changes = {one["change"] for one in operator.asks(*words)["taken"]}
        assert changes == {"unchanged"}


def test_an_account_file_goes_to_standard_output_and_the_report_beside_it(
    newcomer_with_example: Operator,
) -> None:
    operator = newcomer_with_example
    result = operator.runs("import", "csv", "town", "--account", "acme")
    assert result.stdout.startswith("account: acme\nname: acme\nlocales: [en_US, nl_NL]\n")
    assert (
        result.stderr.splitlines()[-1] == "opening_hours.csv: 2 taken, 0 with something not taken"
    )
    operator.runs("apply", "-", stdin=result.stdout)
    report = operator.asks("import", "csv", "town", "--account", "acme")
    assert report["accountFile"] == result.stdout
    assert {"file": "branches.csv", "line": 2} in report["taken"]


def test_what_is_not_taken_ends_with_1_and_is_said(newcomer_with_example: Operator) -> None:
    operator = newcomer_with_example
    operator.writes("town/resources.csv", "key,name,branch,type\nd,Desk,north,desk\n")
    words = ("import", "csv", "town", "--account", "acme", "--output", "acme.yaml")
    result = operator.runs(*words, code=1)
    assert result.stdout == ""
    assert (
        'resources.csv:2: branch: no branch has the key "north"; list it, or name another branch '
        "(not taken)\n" in result.stderr
    )
    operator.runs("apply", "acme.yaml")
    report = json.loads(operator.runs(*words[:-2], "--json", code=1).stdout)
    [fault] = report["notTaken"]
    assert (fault["file"], fault["line"], fault["column"]) == ("resources.csv", 2, "branch")


def test_a_file_that_is_there_is_not_overwritten(newcomer_with_example: Operator) -> None:
    operator = newcomer_with_example
    operator.writes("acme.yaml", "mine")
    words = ("import", "csv", "town", "--account", "acme", "-o", "acme.yaml")
    assert "acme.yaml exists already" in operator.runs(*words, code=1).stderr
    assert (operator.folder / "acme.yaml").read_text() == "mine"


def test_rows_that_cannot_be_booked_end_with_1(operator: Operator) -> None:
    year = datetime.now(UTC).year + 1
    good = f"A-1,centre,passport,{year}-03-02 10:00,Ada,Lovelace,ada@example.org\n"
    table = operator.writes("t.csv", f"{HEAD}{good}A-2,centre,pasport,soon,A,B,c\n")
    tried = operator.runs("import", "appointments", "acme", table, "--dry-run", code=1)
    assert "would be created" in tried.stdout
    assert "t.csv:3: service: the account has no service with the key" in tried.stderr
    real = operator.runs("import", "appointments", "acme", table, code=1)
    assert real.stdout == tried.stdout.replace("would be ", "")
    assert "t.csv: 1 taken, 1 with something not taken\n" in real.stderr
    assert "acme: 1 appointments" in operator.runs("verify").stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("csv", "nowhere", "--account", "acme"), 2, "nowhere"),
        (("csv", ".", "--account", "Acme!"), 2, "has to be 1 to 63 of a-z"),
        (("csv", "."), 2, "--account"),
        (("csv", ".", "--account", "acme"), 1, "branches.csv:1: there is no such file"),
        (("appointments", "acme", "nowhere.csv"), 2, "nowhere.csv"),
        (("appointments", "acme", "empty"), 1, "empty:1: the file is empty"),
        (("appointments", "other", "empty"), 1, "There is no account 'other'"),
        (("blocks", "acme", "empty"), 2, "--resource"),
        (BLOCKS, 1, "is not an iCalendar file"),
        (("blocks", "acme", "empty", "--resource", "desk-9"), 1, "no resource with the key"),
        ((*BLOCKS, "--until", "soon"), 2, "soon"),
        ((*BLOCKS, "--until", "2020-01-01"), 1, "--until"),
    ],
)  # fmt: skip
def test_wrong_use_and_what_cannot_be_done(
    operator: Operator, words: tuple[str, ...], code: int, says: str
) -> None:
    operator.writes("empty", "")
    assert says in operator.runs("import", *words, code=code).stderr


def test_titles_are_kept_only_when_asked_for(newcomer_with_example: Operator) -> None:
    operator = newcomer_with_example
    for words in COMMANDS:
        operator.runs(*words)
    assert b"Skiing" not in _everything(operator)
    operator.runs(*COMMANDS[-1], "--with-reasons")
    assert b"Skiing" in _everything(operator)


def _everything(operator: Operator) -> bytes:
    return b"".join(path.read_bytes() for path in operator.folder.glob("openslot.db*"))
