"""Files and folders that commands make are their owner's alone, whatever the umask."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from openslot.storage.private_files import make_folder, replace_text, warnings_about, write_new
from ports import free_port

from .conftest import Operator
from .files import account_file
from .processes import running, wait_for
from .test_demo import printed

_UMASKS = (0o000, 0o022, 0o077)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The mode of everything below a folder, by name."""
    found = {
        path.relative_to(folder).as_posix(): path.stat().st_mode & 0o7777
        for path in folder.rglob("*")
    }
    assert found
    return found


def expected(folder: Path) -> dict[str, int]:
    return {name: 0o700 if (folder / name).is_dir() else 0o600 for name in modes(folder)}


@pytest.mark.slow
@pytest.mark.parametrize("mask", _UMASKS, ids=oct)
def test_what_commands_make(newcomer: Operator, mask: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = newcomer.folder / "made"
    database = made / "by" / "openslot.db"
    port = free_port()
    environment = {
        **newcomer.environment,
        "OPENSLOT_DATABASE_URL": f"sqlite:///{database}",
        "OPENSLOT_PORT": str(port),
    }
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", environment["OPENSLOT_DATABASE_URL"])
    apply = newcomer.writes("acme.yaml", account_file("acme"))
    table = "key,name\nx,X\n"
    (newcomer.folder / "tables").mkdir()
    (newcomer.folder / "tables" / "branches.csv").write_text("key,name,timeZone\na,A,Europe/Rome\n")
    (newcomer.folder / "tables" / "services.csv").write_text(table)
    with umask(mask):
        newcomer.runs("migrate")
        newcomer.runs("apply", apply)
        with running(newcomer.folder, "serve", environment=environment):
            wait_for(port)
            newcomer.runs("backup", str(made / "copy.db"))
            assert {f"by/openslot.db{end}" for end in ("", "-wal", "-shm")} <= {*modes(made)}
            assert modes(made) == expected(made)
        newcomer.runs(
            "copy", "--from", f"sqlite:///{database}", "--to", f"sqlite:///{made}/to/x.db"
        )
        newcomer.runs("restore", str(made / "copy.db"))
        words = ("import", "csv", "tables", "--account", "x", "-o", str(made / "x.yaml"))
        subprocess.run(
            [sys.executable, "-c", "from openslot.cli.main import run; run()", *words],
            cwd=newcomer.folder,
            env={"PATH": "/usr/bin:/bin"},
            check=False,
            capture_output=True,
        )
    names = {*modes(made)}
    assert {"by", "by/openslot.db", "copy.db", "to", "to/x.db", "x.yaml"} <= names, names
    assert any(name.startswith("by/openslot.db.replaced-") for name in names)
    assert modes(made) == expected(made)


@pytest.mark.slow
@pytest.mark.parametrize("mask", _UMASKS, ids=oct)
def test_what_the_demo_makes(tmp_path: Path, mask: int) -> None:
    port = free_port()
    with umask(mask), running(tmp_path, "demo", "--port", str(port)) as demo:
        assert "client_credentials" in printed(demo)  # filled by then, and about to serve
        wait_for(port)
        found = modes(tmp_path)
    ends = ("db", "db-wal", "db-shm", "key", "json")
    assert {f"openslot-demo.{end}" for end in ends} <= {*found}
    assert set(found.values()) == {0o600}


@pytest.mark.parametrize("mask", (*_UMASKS, 0o777), ids=oct)
def test_folders_and_texts(tmp_path: Path, mask: int) -> None:
    folder = tmp_path / "made" / "by" / "us"
    with umask(mask):
        make_folder(folder)
        write_new(folder / "new", "text")
        replace_text(folder / "replaced", "old")
        replace_text(folder / "replaced", "text")
    assert modes(tmp_path / "made") == expected(tmp_path / "made")
    assert {(folder / name).read_text() for name in ("new", "replaced")} == {"text"}
    make_folder(folder)
    make_folder(Path("/"))


def test_no_link_is_followed_and_nothing_overwritten(operator: Operator) -> None:
    victim = operator.folder / "victim"
    victim.write_text("precious")
    for name in ("copy.db.partial", "taken.db", "openslot.db.restoring", "account.yaml"):
        (operator.folder / name).symlink_to(victim)
    operator.runs("backup", "copy.db")
    assert not (operator.folder / "copy.db").is_symlink()
    operator.runs("restore", "copy.db")
    assert "exists already" in operator.runs("backup", "taken.db", code=1).stderr
    (operator.folder / "nowhere.db").symlink_to(operator.folder / "nothing")
    assert "exists already" in operator.runs("backup", "nowhere.db", code=1).stderr
    with pytest.raises(FileExistsError):
        write_new(operator.folder / "account.yaml", "text")
    assert victim.read_text() == "precious"
    assert not (operator.folder / "nothing").exists()


def test_what_is_open_to_others_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    for name, mode in (("shut", 0o600), ("group", 0o640), ("all", 0o644)):
        (folder / name).touch()
        (folder / name).chmod(mode)
    files = [folder / name for name in ("all", "group", "shut", "absent")]
    said = warnings_about(files)
    assert [text.split(" ")[0] for text in said] == [str(folder / "all"), str(folder / "group")]
    assert "mode 644" in said[0] and f"chmod 600 {folder / 'all'}" in said[0]
    folder.chmod(0o777)
    assert warnings_about([folder / "shut"]) == [
        f"Others can replace files in {folder} (mode 777); run `chmod 700 {folder}`"
    ]


@pytest.mark.slow
def test_the_server_names_a_database_that_is_open_to_others(newcomer: Operator) -> None:
    newcomer.runs("migrate")
    newcomer.database.chmod(0o644)
    port = free_port()
    log = newcomer.folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "from openslot.cli.main import run; run()", "serve"],
            cwd=newcomer.folder,
            env={**newcomer.environment, "PATH": "/usr/bin:/bin", "OPENSLOT_PORT": str(port)},
            stderr=output,
        )
        try:
            wait_for(port)
        finally:
            process.terminate()
            process.wait()
    assert f"warning: {newcomer.database} can be opened by others" in log.read_text()
