"""The demo: what it prints works when pasted, the first time and the second."""

import asyncio
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from openslot.account_file.yaml_source import read
from openslot.app import open_app
from openslot.cli.demo import account
from openslot.cli.demo.folder import DemoFolder
from openslot.cli.demo.walkthrough import text_of
from openslot.identity.people.sign_in import sign_in
from openslot.identity.people.sign_in_outcomes import SignInRefused
from openslot.settings import Settings, SettingsError, load
from openslot.storage.sqlite.database import SqliteDatabase
from ports import free_port

from .processes import running, wait_for

pytestmark = pytest.mark.slow


def settings_of(folder: DemoFolder) -> Settings:
    """What the demo runs with."""
    return load({}, database_url=f"sqlite:///{folder.database}", master_key=folder.master_key())


def found(folder: DemoFolder) -> account.Demo:
    """Makes the demo, or finds it."""
    settings = settings_of(folder)

    async def main() -> account.Demo:
        database = SqliteDatabase(folder.database)
        try:
            await database.migrate()
            return await account.prepare(database, settings, folder)
        finally:
            await database.close()

    return asyncio.run(main())


def signs_in(folder: DemoFolder, user: account.DemoUser) -> bool:
    """Whether the address and the password let somebody in."""

    async def main() -> bool:
        app = await open_app(settings_of(folder))
        try:
            await sign_in(app, account.ACCOUNT, user.email, user.password, None, None, None)
        except SignInRefused:
            return False
        finally:
            await app.close()
        return True

    return asyncio.run(main())


def test_its_account_file_has_no_mistakes() -> None:
    [source] = read(account.account_file(), "account.yaml")
    assert source.mistakes == ()
    assert source.document is not None
    assert not source.document.sandbox
    assert len(source.document.services) == 12
    assert len({branch.time_zone for branch in source.document.branches}) == 2


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demo; making one takes seconds."""
    folder = tmp_path_factory.mktemp("demo")
    found(DemoFolder(folder))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> DemoFolder:
    """A demo that the test may change."""
    return DemoFolder(Path(shutil.copytree(made, tmp_path / "demo")))


def test_it_is_made_once_and_lost_credentials_are_replaced(folder: DemoFolder) -> None:
    demo = found(folder)
    assert found(folder) == demo
    clients, administrator = demo.clients, demo.administrator
    for file in (folder.key, folder.credentials):
        assert file.stat().st_mode & 0o777 == 0o600
    text = text_of("http://127.0.0.1:8000", folder, demo)
    assert clients
    assert all(c.client_id in text and c.client_secret in text for c in clients)
    assert administrator.email in text
    assert administrator.password in text
    assert signs_in(folder, administrator)
    with closing(sqlite3.connect(folder.database)) as connection:
        booked = dict(connection.execute("SELECT status, count(*) FROM appointments GROUP BY 1"))
        held = connection.execute("SELECT count(*) FROM reservations").fetchone()
        seen = connection.execute("SELECT count(*) FROM appointments WHERE origin = 'staff'")
        against_rules = connection.execute("SELECT count(*) FROM appointments WHERE override = 1")
        assert seen.fetchone()[0] > 3
        today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
        assert against_rules.fetchone() == (0,) or today in country_holidays("NL")
    assert booked["CONFIRMED"] > 500
    assert booked["CANCELLED"] > 20
    assert held == (0,)

    folder.credentials.unlink()
    again = found(folder)
    assert [c.client_id for c in again.clients] == [c.client_id for c in clients]
    assert again.api_key != demo.api_key
    assert {c.client_secret for c in again.clients}.isdisjoint(c.client_secret for c in clients)
    assert not signs_in(folder, administrator)
    assert signs_in(folder, again.administrator)


def test_an_older_demo_gets_younger_interfaces_and_says_that_its_day_is_over(
    folder: DemoFolder,
) -> None:
    text = text_of("http://127.0.0.1:8000", folder, found(folder))
    assert "For a new one" not in text
    saved = folder.saved()
    del saved["madeOn"]
    folder.save(saved)
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        connection.execute(
            "UPDATE accounts SET document = json_remove(document, '$.bookingPage', '$.orchestra')"
        )
    demo = found(folder)
    text = text_of("http://127.0.0.1:8000", folder, demo)
    assert f"For a new one, stop it, run rm {folder.database}* and start it again." in text
    assert demo.administrator.password == saved["administrator"]["password"]
    with closing(sqlite3.connect(folder.database)) as connection:
        interfaces = (
            "SELECT json_extract(document, '$.bookingPage.listed'), "
            "json_extract(document, '$.orchestra.enabled') FROM accounts"
        )
        assert connection.execute(interfaces).fetchone() == (1, 1)


def test_a_lost_key_is_told(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    folder.database.touch()
    with pytest.raises(SettingsError, match=r"openslot-demo\.key is gone"):
        folder.master_key()


def printed(process: subprocess.Popen[str]) -> str:
    """What the demo prints before it serves."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "CANCELLED" not in line and '["status"]' in line and "appointments/" in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_what_it_prints_works_when_pasted_twice(tmp_path: Path, shell: str) -> None:
    port = free_port()
    for _ in range(2):
        with running(tmp_path, "demo", "--port", str(port)) as process:
            text = printed(process)
            wait_for(port)
            line = re.search(r"^ +(curl .*/calendar-backend/.*)$", text, re.MULTILINE)
            assert line is not None
            branches = json.loads(subprocess.check_output([shell, "-c", line[1]], timeout=100))
            assert branches.get("branchList", [branches])[0].get("name") == "City Hall", branches
            script = text[text.index("# 1.") :]
            result = subprocess.run(
                [shell], input=script, capture_output=True, text=True, timeout=300, check=True
            )
        assert result.stderr == ""
        name, starts, expires, confirmed, moved, deleted, cancelled = result.stdout.splitlines()
        first, second = starts.split(" or ")
        assert name == "Passport"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*[+-]\d\d:\d\d", expires)
        assert (confirmed, moved, deleted, cancelled) == ("CONFIRMED", second, "204", "CANCELLED")
        assert first < second
