"""Settings: what cannot mean anything stops every command, and says which setting it is."""

import base64
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from openslot.settings import Settings, SettingsError, load

from .conftest import Operator

_KEY = base64.b64encode(bytes(range(32))).decode()
# Of every kind: nothing, words, other digits, a float, more than one, out of range.
_NO_NUMBER = (
    "",
    " ",
    "many",
    "-1",
    "+1",
    "1.5",
    "1e3",
    "1_000",
    "٣",
    "0x10",
    "8,9",
    " 8",
    "9" * 99,
)
_BAD: dict[str, tuple[str, ...]] = {
    "database_url": (
        "", "sqlite", "sqlite://", "sqlite:///", "sqlite:///dir/", "sqlite:///:memory:",
        "sqlite:// /x", "mysql://x", "o.db", "sqlite:///a\nb", "postgresql://h:port/x",
        "postgresql://h:0/x", "postgresql://h:99999/x", "postgresql://h/x?sllmode=require",
        "postgresql://[::1/x",
    ),
    "database_connections": (*_NO_NUMBER, "0", "10001"),
    "public_url": (
        "", "booking.example.org", "ftp://a.example", "https:", "https://", "https:///x",
        "https:a.example", "https://u@a.example", "https://u:p@a.example", "https://@a.example",
        "https://a.example?", "https://a.example/?x=y", "https://a.example#", "https://a.example/#x",
        "https://a example", " https://a.example", "https://a.example ", "https://a.example/x y",
        "https://a.example\n", "https://a\t.example", "https://a.example\\x", "https://a..example",
        "https://.example", "https://-a.example", "https://a-.example", "https://a.example:port",
        "https://a.example:", "https://a.example:0", "https://a.example:65536", "https://[::1",
        "https://[::g]", "https://1.2.3", "https://256.1.1.1", "https://a.example/../x",
        "https://a.example/x//y", "https://a.example/%zz", "https://ex\u00e4mple.org", "http://a.example",
        "https://a.example,b.example", "https://*.example.org",
    ),
    "master_key": (
        "x", "A" * 43, "A" * 42 + "==", _KEY + "\n", _KEY * 2, "\u00e4" * 43 + "=", "-" * 43 + "=",
    ),
    "host": (
        "", " ", "[::1]", "a b", "1.2.3", "256.1.1.1", "-a", "a..b", "a:80", "http://a", "*",
        "a/24",
    ),
    "port": (*_NO_NUMBER, "0", "65536", "http"),
    "allow_http": ("", "yes", "on", "2", "tru", " true"),
    "trusted_proxies": (
        "nonsense", "*", "localhost", "127.0.0.1;10.0.0.1", "127.0.0.1 10.0.0.1", "127.0.0.1,",
        ",", "10.0.0.0/33", "10.0.0.1/8", "::/129", "1.2.3", "127.0.0.1:80", "[::1]", "10.0.0.0/",
        "127.0.0.1,nonsense", "unix:/run/x", "010.0.0.1",
    ),
    "serve_delivers": ("", "yes", "on", "2", "tru", " true"),
    "message_retry_seconds": ("", ",", "5,", "5;30", "-1", "1.5", "five", "5,99999999999"),
    "webhook_retry_seconds": ("", ",", "5,", "5;30", "5 30", "-1", "1.5", "five", "5,99999999999"),
    "webhook_allowed_networks": (
        "nonsense", "*", "localhost", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/8,", "[::1]",
    ),
    "sms_url": (
        "http://sms.example", "ftp://sms.example", "https://", "sms.example", "https://u:p@sms.example",
        "https://sms.example/#x", "https://sms .example", "https://sms.example:0", "https://[::1",
    ),
    "sms_token": ("two words", " x", "\u00e4", "a\nb"),
    "sms_from": ("a\nb", "\x7f"),
    "owner_account": ("Acme", "a b", "-acme", "a" * 64),
    "smtp_url": (
        "mail.example", "http://a.example", "smtp://", "smtp://u:p@a.example?starttls=never",
        "smtp://a.example:0", "smtp://a\n.example", "smtps://a.example?starttls=required",
    ),
    "mail_from": (
        "Acme", "a@", "@a.example", "a@b@c.example", "Acme <a@b.example", "a b@c.example",
        "Acme <>", "a@b.example, c@d.example", "Acme <a@b.example>\nBcc: c@d.example", "a@-b",
    ),
    "mail_return_path": ("{id}", "Acme <a@b.example>", "a@", "b {id}@c.example"),
    "metrics_token": ("two words", " x", "x\t", "\u00e4", "a\nb"),
    "log_level": ("", "verbose", "warn", "10", "info,debug"),
}  # fmt: skip
_GOOD: dict[str, tuple[tuple[str, Any], ...]] = {
    "database_url": (
        ("sqlite:///o.db", "sqlite:///o.db"),
        ("sqlite:////var/lib/o p.db", "sqlite:////var/lib/o p.db"),
        ("postgresql:///x?host=/run", "postgresql:///x?host=/run"),
        ("postgresql://u:p@[::1]:5432,b:1/x", "postgresql://u:p@[::1]:5432,b:1/x"),
    ),
    "public_url": (
        ("HTTPS://Booking.Example.ORG/", "https://booking.example.org"),
        ("https://a.example:8443/Path/", "https://a.example:8443/Path"),
        ("https://[2001:DB8::1]:9", "https://[2001:db8::1]:9"),
        ("HTTP://LocalHost:8000", "http://localhost:8000"),
        ("https://my_service", "https://my_service"),
    ),
    "master_key": (("", ""), (_KEY, _KEY)),
    "host": (("::", "::"), ("192.0.2.1", "192.0.2.1"), ("localhost", "localhost")),
    "port": (("65535", 65535),),
    "allow_http": (("TRUE", True), ("0", False)),
    "trusted_proxies": (
        ("", ""),
        (" 127.0.0.1 , ::1,10.0.0.0/8", "127.0.0.1,::1,10.0.0.0/8"),
        ("2001:DB8:0::/48", "2001:db8::/48"),
    ),
    "serve_delivers": (("FALSE", False),),
    "message_retry_seconds": ((" 5, 30", "5,30"), ("0", "0")),
    "webhook_retry_seconds": ((" 5, 30", "5,30"), ("0", "0")),
    "webhook_allowed_networks": (("10.0.0.0/8, ::1", "10.0.0.0/8,::1"),),
    "mail_from": (
        ("", ""), ("a@b.example", "a@b.example"), ("A, B <a@b.example>", "A, B <a@b.example>"),
    ),
    "mail_return_path": (("b+{id}@c.example", "b+{id}@c.example"),),
    "log_level": (("INFO", "info"),),
    "database_connections": (("1", 1),),
}  # fmt: skip
_KNOWN = {f.name: f for f in fields(Settings) if f.metadata}
_NUMBERS = [name for name, setting in _KNOWN.items() if type(setting.default) is int]


@pytest.mark.parametrize("name", _KNOWN)
def test_no_value_is_taken_that_cannot_mean_anything(name: str) -> None:
    assert name in _BAD or name in _NUMBERS, "a new setting needs its bad values here"
    variable = f"OPENSLOT_{name.upper()}"
    taken = []
    for value in _BAD.get(name, _NO_NUMBER):
        try:
            load({variable: value})
        except SettingsError as error:
            assert str(error).startswith(variable), error
            assert len(str(error)) > len(variable) + 10
        else:
            taken.append(value)
    assert taken == []


@pytest.mark.parametrize("name", _GOOD)
def test_what_means_something_is_taken_in_one_spelling(name: str) -> None:
    for value, meaning in _GOOD[name]:
        assert getattr(load({f"OPENSLOT_{name.upper()}": value}), name) == meaning


def test_the_defaults_are_what_their_parsers_make_of_them() -> None:
    for name, setting in _KNOWN.items():
        assert setting.metadata["parser"](setting.default) == setting.default, name


def test_secrets_and_passwords_are_not_repeated() -> None:
    for name, value in (
        ("master_key", "secret-hunter2"),
        ("metrics_token", "secret hunter2"),
        ("database_url", "postgresql://u:hunter2@h:port/x"),
        ("smtp_url", "smtp://u:hunter2@h.example?starttls=never"),
        ("public_url", "https://u:hunter2@a.example"),
    ):
        with pytest.raises(SettingsError) as refused:
            load({f"OPENSLOT_{name.upper()}": value})
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "line",
    [
        'port = "eighty"',
        "port = 80.5",
        "port = true",
        "port = [80]",
        'trusted_proxies = ["10.0.0.1"]',
        "public_url = 1",
        'allow_http = "perhaps"',
        'host = "a\\u0000b"',
        "no_such_setting = 1",
    ],
)
def test_a_file_is_judged_in_the_same_way(tmp_path: Path, line: str) -> None:
    config = tmp_path / "openslot.toml"
    config.write_text(line + "\n")
    with pytest.raises(SettingsError) as refused:
        load({"OPENSLOT_CONFIG": str(config)})
    assert str(refused.value).startswith(f"{config}: ")
    assert line.split(" ", maxsplit=1)[0] in str(refused.value)


def test_a_setting_comes_from_one_variable(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(_KEY)
    both = {"OPENSLOT_MASTER_KEY": _KEY, "OPENSLOT_MASTER_KEY_FILE": str(tmp_path / "key")}
    with pytest.raises(SettingsError, match="OPENSLOT_MASTER_KEY"):
        load(both)
    del both["OPENSLOT_MASTER_KEY"]
    assert load(both).master_key == _KEY


@pytest.mark.parametrize(
    "words",
    [
        ("settings",), ("serve",), ("migrate",), ("verify",), ("backup", "x.db"),
        ("account", "list"), ("keys", "list"), ("worker",), ("apply", "acme.yaml"),
        ("copy", "--from", "sqlite:///a.db", "--to", "sqlite:///b.db"), ("demo",),
        ("restore", "acme.yaml"), ("user", "list", "acme"), ("export", "acme"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.slow
def test_every_command_stops(
    operator: Operator, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENSLOT_TRUSTED_PROXIES", "nonsense")
    said = operator.runs(*words, code=1)
    assert said.stderr.startswith("openslot: OPENSLOT_TRUSTED_PROXIES must be")
    assert said.stdout == ""


def test_the_command_line_is_judged_too(operator: Operator) -> None:
    said = operator.runs("serve", "--host", "a b", code=1)
    assert said.stderr.startswith("openslot: OPENSLOT_HOST must be")


def test_a_mail_server_needs_a_sender() -> None:
    with pytest.raises(SettingsError, match="OPENSLOT_MAIL_FROM is missing"):
        load({"OPENSLOT_SMTP_URL": "smtp://mail.example"})
    url = "smtp://jo:p@mail.example"
    given = {"OPENSLOT_SMTP_URL": url, "OPENSLOT_MAIL_FROM": "a@b.example"}
    assert load(given).smtp_url == url
