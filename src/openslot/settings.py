"""Every setting of an installation: name, type, default, unit, and why it exists.

Read from `OPENSLOT_…` environment variables, or a TOML file named by `OPENSLOT_CONFIG` (the
same names in lowercase without the prefix). A secret may also come as a file: `…_FILE`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openslot.mail_setting_values import mailbox, return_path, smtp_url
from openslot.setting_sources import PREFIX, SettingsError, read_file, variables
from openslot.setting_values import (
    Parser,
    WrongValue,
    account_name,
    bearer_token,
    database_url,
    key_bytes,
    listening_address,
    master_key,
    one_of,
    pauses,
    plain_text,
    provider_url,
    proxies,
    public_url,
    truth,
    whole_number,
)

__all__ = ["PREFIX", "Settings", "SettingsError", "load"]


def _setting(
    default: Any, why: str, *, unit: str = "", secret: bool = False, parser: Parser | None = None
) -> Any:
    """A setting; without a parser of its own it is a whole number, or true or false."""
    if parser is None:
        parser = {int: whole_number(), bool: truth}[type(default)]
    metadata = {"why": why, "unit": unit, "secret": secret, "parser": parser}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """The values in force, and where each came from (`sources`: environment, file, default)."""

    database_url: str = _setting(
        "sqlite:///openslot.db",
        "where everything is stored: sqlite:///path or postgresql://…",
        parser=database_url,
    )
    database_connections: int = _setting(
        16,
        "connections of a process to PostgreSQL; a server takes 100 in all by default",
        parser=whole_number(1, 10_000),
    )
    public_url: str = _setting(
        "http://127.0.0.1:8000",
        "what clients call this server: the issuer and audience of every token",
        parser=public_url,
    )
    master_key: str = _setting(
        "",
        "encrypts the keys at rest that signatures, secrets and second factors need",
        unit="base64 of 32 bytes",
        secret=True,
        parser=master_key,
    )
    host: str = _setting(
        "127.0.0.1", "the address to listen on; :: is IPv6 and IPv4", parser=listening_address
    )
    port: int = _setting(8000, "the TCP port to listen on", parser=whole_number(1, 65_535))
    allow_http: bool = _setting(
        False, "takes a public_url with http that is not loopback; tokens then travel in clear"
    )
    trusted_proxies: str = _setting(
        "",
        "proxies whose X-Forwarded-For is believed; none by default",
        unit="comma-separated addresses",
        parser=proxies,
    )
    metrics_token: str = _setting(
        "",
        "the bearer token that reads /metrics; without it /metrics is 404",
        secret=True,
        parser=bearer_token,
    )
    log_level: str = _setting(
        "info",
        "debug, info, warning or error",
        parser=one_of("debug", "info", "warning", "error"),
    )
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
        "a client, or a user of the console, may look up the account's customers, not list them",
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
    wrong_codes_per_hour_and_user: int = _setting(
        20,
        "guessing the second factor of a person whose password is known, from any address",
        unit="per hour, 0 is off",
    )
    max_live_reservations_per_client: int = _setting(
        200, "one client cannot hold every slot", unit="reservations, 0 is off"
    )
    serve_delivers: bool = _setting(
        True, "a server also sends what is to leave; false leaves that to `openslot worker`"
    )
    delivery_lease_seconds: int = _setting(
        60,
        "what a killed process had in hand is taken up by another after this",
        unit="seconds",
        parser=whole_number(1, 86_400),
    )
    webhook_timeout_seconds: int = _setting(
        10,
        "a webhook that has not answered by then has failed",
        unit="seconds",
        parser=whole_number(1, 300),
    )
    webhook_retry_seconds: str = _setting(
        "5,30,120,600,1800,3600,7200,14400,28800,43200,57600,86400",
        "the pauses after failed attempts; after the last one a delivery has failed",
        unit="comma-separated seconds",
        parser=pauses,
    )
    message_retry_seconds: str = _setting(
        "5,15,60,300,900",
        "the pauses after failed attempts to send a message; the last one repeats, for 3 days or "
        "until the appointment ends",
        unit="comma-separated seconds",
        parser=pauses,
    )
    webhook_disable_after_seconds: int = _setting(
        259_200,
        "a webhook with nothing but failures for this long is disabled",
        unit="seconds",
        parser=whole_number(1),
    )
    webhook_allowed_networks: str = _setting(
        "",
        "networks that webhooks may reach beside the public internet, by http too",
        unit="comma-separated networks",
        parser=proxies,
    )
    smtp_url: str = _setting(
        "",
        "the server that takes mail: smtp://user:password@host:587 or smtps://…",
        secret=True,
        parser=smtp_url,
    )
    smtp_timeout_seconds: int = _setting(
        30,
        "a mail server that has not answered by then is tried again later",
        unit="seconds for each answer",
        parser=whole_number(1, 600),
    )
    mail_from: str = _setting(
        "", "who mail is from: Name <address> or an address; needed with smtp_url", parser=mailbox
    )
    mail_return_path: str = _setting(
        "", "where undelivered mail goes: an address; {id} becomes the mail's", parser=return_path
    )
    sms_url: str = _setting(
        "", "the provider that takes SMS, as JSON by POST: https://…", parser=provider_url
    )
    sms_token: str = _setting(
        "", "the bearer token that the provider knows", secret=True, parser=bearer_token
    )
    sms_from: str = _setting(
        "",
        "who SMS are from, where an account does not say; needed with sms_url",
        parser=plain_text,
    )
    owner_account: str = _setting(
        "",
        "the account whose administrators see and rotate the installation's signing keys",
        parser=account_name,
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
            return key_bytes(self.master_key)
        except WrongValue as error:
            raise SettingsError(f"OPENSLOT_MASTER_KEY {error}") from error


_KNOWN: Mapping[str, Any] = {f.name: f for f in fields(Settings) if f.metadata}


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings from the environment and the TOML file; `given` (command line) wins over both.

    Raises:
        SettingsError: a name is unknown, a value cannot mean anything, or two variables set one.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    config = environment.get(PREFIX + "CONFIG")
    if config:
        for name, value in read_file(Path(config)).items():
            if name not in _KNOWN:
                raise SettingsError(f"{config}: there is no setting {name!r}")
            values[name] = _parsed(name, value, f"{config}: {name}")
            sources[name] = f"file {config}"
    for variable, name, text in variables(environment, _KNOWN):
        source = f"environment {variable}"
        if sources.get(name, "").startswith("environment"):
            raise SettingsError(
                f"{variable} is set, and so is {sources[name].split()[1]}: keep one"
            )
        values[name] = _parsed(name, text, variable)
        sources[name] = source
    for name, value in given.items():
        if value is not None:
            values[name] = _parsed(name, value, PREFIX + name.upper())
            sources[name] = "command line"
    settings = Settings(**values, sources=sources)
    _check_transport(settings)
    if settings.smtp_url and not settings.mail_from:
        raise SettingsError(
            "OPENSLOT_SMTP_URL is set, and OPENSLOT_MAIL_FROM is missing: it names the sender"
        )
    if settings.sms_url and not (settings.sms_token and settings.sms_from):
        raise SettingsError(
            "OPENSLOT_SMS_URL is set, and OPENSLOT_SMS_TOKEN or OPENSLOT_SMS_FROM is missing"
        )
    return settings


def _parsed(name: str, value: Any, where: str) -> Any:
    try:
        return _KNOWN[name].metadata["parser"](value)
    except WrongValue as error:
        raise SettingsError(f"{where} {error}") from error


def _check_transport(settings: Settings) -> None:
    parts = urlsplit(settings.public_url)
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not loopback and not settings.allow_http:
        raise SettingsError(
            f"OPENSLOT_PUBLIC_URL is {settings.public_url!r}: tokens would travel in clear. "
            "Use https, or set OPENSLOT_ALLOW_HTTP=true if you know the risk"
        )
