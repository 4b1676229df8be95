"""Every command explains itself, and tells wrong use from refusal by its exit code."""

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import COMMAND, Operator

pytestmark = pytest.mark.slow  # as many runs of the program as it has commands


def commands(group: Any, *above: str) -> Iterator[tuple[str, ...]]:
    """Every command, as the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *above, name)
        else:
            yield (*above, name)


ALL = sorted(commands(COMMAND))
PRINTING_DATA = {
    ("account", "list"),
    ("apply",),
    ("client", "create"),
    ("client", "list"),
    ("client", "make-api-key"),
    ("client", "rotate-secret"),
    ("copy",),
    ("export",),
    ("import", "appointments"),
    ("import", "blocks"),
    ("import", "csv"),
    ("keys", "list"),
    ("mail", "bounce"),
    ("restore",),
    ("settings",),
    ("timezones", "check"),
    ("timezones", "rebase"),
    ("user", "create"),
    ("user", "invite"),
    ("user", "list"),
    ("verify",),
}


def test_these_are_all_the_commands() -> None:
    """None goes unnoticed: scripts of operators call them."""
    assert [" ".join(words) for words in ALL] == [
        "account delete",
        "account list",
        "account resume",
        "account revoke-tokens",
        "account suspend",
        "apply",
        "backup",
        "client create",
        "client disable",
        "client enable",
        "client list",
        "client make-api-key",
        "client revoke-api-key",
        "client revoke-secret",
        "client revoke-tokens",
        "client rotate-secret",
        "copy",
        "demo",
        "export",
        "import appointments",
        "import blocks",
        "import csv",
        "keys list",
        "keys replace-master",
        "keys rotate",
        "mail bounce",
        "mail check",
        "migrate",
        "restore",
        "serve",
        "settings",
        "timezones check",
        "timezones rebase",
        "user create",
        "user delete",
        "user disable",
        "user enable",
        "user end-sessions",
        "user invite",
        "user list",
        "user reset-totp",
        "user set-role",
        "verify",
        "worker",
    ]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help(newcomer: Operator, words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        shown = newcomer.runs(*words, flag).stdout
        assert " ".join(words) in shown.splitlines()[0]
        assert len(shown.splitlines()) > 4
    assert ("--json" in shown) == (words in PRINTING_DATA)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_an_option_that_is_none_is_wrong_use(newcomer: Operator, words: tuple[str, ...]) -> None:
    result = newcomer.runs(*words, "--no-such-option", code=2)
    assert "No such option" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("account", "no-such-command"),
        ("apply",),
        ("export",),
        ("backup",),
        ("restore",),
        ("restore", "no-such-file"),
        ("keys", "replace-master"),
        ("keys", "replace-master", "--new-key-file", "no-such-file"),
        ("account", "suspend"),
        ("client", "create", "acme"),
        ("client", "revoke-secret", "acme", "website"),
        ("serve", "--port", "0"),
        ("serve", "--port", "http"),
        ("serve", "--workers", "0"),
        ("demo", "--port", "65536"),
        ("export", "acme", "globex"),
    ],
    ids=" ".join,
)
def test_wrong_use_exits_with_2(newcomer: Operator, words: tuple[str, ...]) -> None:
    assert newcomer.runs(*words, code=2).stderr != ""


@pytest.mark.parametrize(
    "words",
    [
        ("export", "acme"),
        ("account", "list"),
        ("account", "delete", "acme", "--yes"),
        ("client", "list", "acme"),
        ("keys", "list"),
        ("backup", "copy.db"),
        ("serve",),
    ],
    ids=" ".join,
)
def test_without_a_database_one_line_says_what_to_do(
    newcomer: Operator, words: tuple[str, ...]
) -> None:
    result = newcomer.runs(*words, code=1)
    assert result.stderr == (
        f"openslot: There is no database at {newcomer.database}; `openslot migrate` makes one\n"
    )
    assert not newcomer.database.exists()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("OPENSLOT_NOPE", "1", "There is no setting OPENSLOT_NOPE; `openslot settings` lists them"),
        (
            "OPENSLOT_DATABASE_URL",
            "mysql://x",
            "OPENSLOT_DATABASE_URL must begin with sqlite:/// or postgresql://; it is mysql:…",
        ),
    ],
)
def test_a_wrong_setting_is_one_line(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert operator.runs("account", "list", code=1).stderr == f"openslot: {said}\n"
