"""Where values of settings are written: environment variables, a TOML file, files of secrets."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PREFIX = "OPENSLOT_"


class SettingsError(Exception):
    """A setting is unknown, missing or cannot be read; the text says which, and what to write."""


def variables(
    environment: Mapping[str, str], known: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Each variable that sets something, with the setting's name and what it says."""
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "CONFIG":
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name.startswith("test_"):
            continue  # the test suite's own
        if name.endswith("_file") and name.removesuffix("_file") in known:
            name = name.removesuffix("_file")
            yield variable, name, secret_in_file(known[name], variable, Path(text))
        elif name in known:
            yield variable, name, text
        else:
            raise SettingsError(f"There is no setting {variable}; `openslot settings` lists them")


def read_file(path: Path) -> dict[str, Any]:
    """What a TOML file says. Raises SettingsError."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"OPENSLOT_CONFIG: {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error


def secret_in_file(setting: Any, variable: str, path: Path) -> str:
    """The secret that a file holds. Raises SettingsError."""
    if not setting.metadata["secret"]:
        raise SettingsError(f"{variable}: only secrets are read from files")
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable}: {error}") from error
