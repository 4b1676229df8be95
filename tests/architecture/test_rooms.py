"""Each folder is a room: it says what it is for, it is not too full, and its doors are closed."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from .source import SOURCE, File, files, folders

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
MOST_FILES = 20  # at 12 look for the second folder; at 20 it is there
PURE = re.compile(r"\bPure\b")


def contracts() -> list[dict[str, Any]]:
    """The import contracts of the project."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert found
    return found


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.relative_to(SOURCE).as_posix())
def test_a_folder_says_in_one_sentence_what_it_is(folder: Path) -> None:
    text = (folder / "__init__.py").read_text(encoding="utf-8")
    sentence = ast.get_docstring(ast.parse(text))
    assert sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert len(sentence) <= 100


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.relative_to(SOURCE).as_posix())
def test_a_folder_is_not_too_full(folder: Path) -> None:
    assert len([f for f in folder.glob("*.py") if f.name != "__init__.py"]) <= MOST_FILES


def test_no_file_is_too_long() -> None:
    long = {file.name: len(file.text.splitlines()) for file in files()}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


@pytest.mark.parametrize("capability", ["identity", "scheduling"])
def test_a_store_is_closed_to_everybody_else(capability: str) -> None:
    store = f"openslot.{capability}.store"
    inside = f"{capability}/"
    assert any(module.startswith(store) for file in files() for module in file.imported)
    users = {
        file.name
        for file in files()
        if not file.name.startswith(inside)
        and any(module == store or module.startswith(f"{store}.") for module in file.imported)
    }
    assert users == set()


def test_sql_stands_in_stores_and_storage_alone() -> None:
    statement = re.compile(r"\b(AccountStatement|SystemStatement)\(")
    holders = {file.name for file in files() if statement.search(file.text)}
    assert holders
    assert {h for h in holders if "/store/" not in h and not h.startswith("storage/")} == set()


def test_what_is_called_pure_reads_nothing() -> None:
    """No database, clock, network or framework, whatever is imported on the way."""
    pure = [f for f in files() if PURE.search(_docstring(f))]
    assert len(pure) >= 11
    impure = ("openslot.storage", ".store", "starlette", "asyncio", "sqlite3", "psycopg", "httpx")
    found = {
        file.name: sorted(bad)
        for file in pure
        if (bad := {m for m in _reached(file) if any(part in f"{m}." for part in impure)})
    }
    assert found == {}


def test_every_room_has_a_contract() -> None:
    named = str(contracts())
    # An exhaustive contract of layers names every room of its containers.
    held = {room for c in contracts() if c.get("exhaustive") for room in c["containers"]}
    rooms = ["openslot." + f.relative_to(SOURCE).as_posix().replace("/", ".") for f in folders()]
    first_two = [room for room in rooms if room.count(".") in (1, 2) and room != "openslot.."]
    assert len(first_two) > 30
    bare = {r for r in first_two if f"'{r}'" not in named and r.rpartition(".")[0] not in held}
    assert bare == set()


def _docstring(file: File) -> str:
    return ast.get_docstring(file.tree) or ""


def _reached(file: File) -> set[str]:
    """Every module that a file imports, directly or through ours."""
    by_module = {_module(f): f for f in files()}
    reached: set[str] = set()
    ahead = [file]
    while ahead:
        for module in ahead.pop().imported:
            if module not in reached:
                reached.add(module)
                if module in by_module:
                    ahead.append(by_module[module])
    return reached


def _module(file: File) -> str:
    return "openslot." + file.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_nothing_hangs_on_the_master_key_but_what_seals_the_purpose_keys() -> None:
    """What hung on it would end when it is replaced."""
    given = {file.name for file in files() if ".master_key_bytes" in file.text}
    assert {"app.py", "cli/keys.py"} < given
    assert {name for name in given if not name.startswith("cli/")} == {"app.py"}
