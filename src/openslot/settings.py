"""Every setting of an installation: name, type, default, unit, and why it exists.

Read from `OPENSLOT_…` environment variables, or a TOML file named by `OPENSLOT_CONFIG` (the
same names in lowercase without the prefix). A secret may also come as a file: `…_FILE`.
"""

import base64
import binascii
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

PREFIX = "OPENSLOT_"


class SettingsError(Exception):
    """A setting is unknown, missing or cannot be read; the text says which, and what to write."""


def _setting(default: Any, why: str, *, unit: str = "", secret: bool = False) -> Any:
    return field(default=default, metadata={"why": why, "unit": unit, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """The values in force, and where each came from (`sources`: environment, file, default)."""

    database_url: str = _setting(
        "sqlite:///openslot.db", "where everything is stored: sqlite:///path or postgresql://…"
    )
    database_connections: int = _setting(
        16, "connections of a process to PostgreSQL; a server takes 100 in all by default"
    )
    public_url: str = _setting(
        "http://127.0.0.1:8000",
        "what clients call this server: the issuer and audience of every token",
    )
    master_key: str = _setting(
        "",
        "encrypts the signing keys at rest and makes the pepper of client secrets",
        unit="base64 of 32 bytes",
        secret=True,
    )
    host: str = _setting("127.0.0.1", "the address to listen on")
    port: int = _setting(8000, "the TCP port to listen on")
    allow_http: bool = _setting(
        False, "takes a public_url with http that is not loopback; tokens then travel in clear"
    )
    trusted_proxies: str = _setting(
        "",
        "proxies whose X-Forwarded-For is believed; none by default",
        unit="comma-separated addresses",
    )
    metrics_token: str = _setting(
        "", "the bearer token that reads /metrics; without it /metrics is 404", secret=True
    )
    log_level: str = _setting("info", "debug, info, warning or error")
    max_body_bytes: int = _setting(65_536, "a larger request body is 413", unit="bytes, 0 is off")
    max_header_bytes: int = _setting(
        16_384, "larger request headers are 431", unit="bytes, 0 is off"
    )
    request_seconds: int = _setting(
        10, "a request that takes longer is 503", unit="seconds, 0 is off"
    )
    requests_per_second_and_client: int = _setting(
        100, "one client cannot starve the others", unit="per second, 0 is off"
    )
    tokens_per_minute_and_client: int = _setting(
        600, "good token requests of one client", unit="per minute, 0 is off"
    )
    searches_per_minute_and_client: int = _setting(
        60,
        "a client may look up its account's customers, not list them",
        unit="per minute, 0 is off",
    )
    requests_per_second_and_address: int = _setting(
        200, "one address cannot starve the others", unit="per second, 0 is off"
    )
    wrong_secrets_per_minute_and_client: int = _setting(
        10,
        "guessing one client's secret, or one person's password, from one address",
        unit="per minute, 0 is off",
    )
    wrong_secrets_per_minute_and_address: int = _setting(
        100, "guessing secrets and passwords from one address", unit="per minute, 0 is off"
    )
    max_live_reservations_per_client: int = _setting(
        200, "one client cannot hold every slot", unit="reservations, 0 is off"
    )
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def master_key_bytes(self) -> bytes:
        """The 32 bytes of the master key.

        Raises:
            SettingsError: it is missing or is not base64 of 32 bytes.
        """
        if not self.master_key:
            raise SettingsError(
                "OPENSLOT_MASTER_KEY is missing. Make one with `openssl rand -base64 32`, store "
                "it outside the database, and never lose it: the signing keys need it."
            )
        try:
            key = base64.b64decode(self.master_key, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            raise SettingsError("OPENSLOT_MASTER_KEY must be base64 of exactly 32 bytes")
        return key


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings from the environment and the TOML file; `given` (command line) wins over both.

    Raises:
        SettingsError: a name is unknown or a value cannot be read.
    """
    environment = os.environ if environment is None else environment
    known = {f.name: f for f in fields(Settings) if f.metadata}
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    config = environment.get(PREFIX + "CONFIG")
    if config:
        for name, value in _read_file(Path(config)).items():
            if name not in known:
                raise SettingsError(f"{config}: there is no setting {name!r}")
            values[name] = _convert(known[name], value, f"{config}: {name}")
            sources[name] = f"file {config}"
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "CONFIG":
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name.startswith("test_"):
            continue  # the test suite's own
        content = text
        if name.removesuffix("_file") in known and name.endswith("_file"):
            name = name.removesuffix("_file")
            content = _secret_in_file(known[name], variable, Path(text))
        if name not in known:
            raise SettingsError(f"There is no setting {variable}; `openslot settings` lists them")
        values[name] = _convert(known[name], content, variable)
        sources[name] = f"environment {variable}"
    for name, value in given.items():
        if value is not None:
            values[name] = value
            sources[name] = "command line"
    values["public_url"] = _public_url(
        values.get("public_url", known["public_url"].default), bool(values.get("allow_http", False))
    )
    return Settings(**values, sources=sources)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"OPENSLOT_CONFIG: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from error


def _secret_in_file(setting: Any, variable: str, path: Path) -> str:
    if not setting.metadata["secret"]:
        raise SettingsError(f"{variable}: only secrets are read from files")
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{variable}: {error}") from error


def _convert(setting: Any, value: Any, where: str) -> Any:
    if setting.type is int:
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = -1
        if number < 0:
            raise SettingsError(f"{where} must be a whole number, 0 or more; it is {value!r}")
        return number
    if setting.type is bool:
        if str(value).lower() not in ("true", "false", "1", "0"):
            raise SettingsError(f"{where} must be true or false; it is {value!r}")
        return str(value).lower() in ("true", "1")
    return str(value)


def _public_url(url: str, allow_http: bool) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(f"OPENSLOT_PUBLIC_URL must be an https address; it is {url!r}")
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not loopback and not allow_http:
        raise SettingsError(
            f"OPENSLOT_PUBLIC_URL is {url!r}: tokens would travel in clear. "
            "Use https, or set OPENSLOT_ALLOW_HTTP=true if you know the risk"
        )
    return url.rstrip("/")


def without_password(url: str) -> str:
    """A database's address as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:(hidden)@{host}"))
