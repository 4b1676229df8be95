"""The token endpoint: client_credentials with Basic, against a bare server and oidc-provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.contenders import oidc_provider, oidc_token_request, raw_asgi
from benchmarks.load import Load, expect, interleaved, p50, p99, rate, run
from benchmarks.report import Section
from benchmarks.town import town
from journeys.town import token_request

_HOW = (
    "`POST /oauth2/token`, client_credentials with HTTP Basic, an ES256 token for an hour. "
    "oidc-provider (Node) gets the same request: one client, JWT access tokens signed with "
    "ES256, everything in memory."
)
_LIMITS = (
    "of about 0.16 ms of processor time a token, by py-spy: the write to the socket 22 % (bare "
    "pays it too), the signature 15 %, the log line and metrics 14 %, reading client and secret "
    "in one snapshot 16 %; the rest is Python's own time for checking the request. oidc-provider "
    "is one process too, but Node signs in other threads, so that it uses more than one core."
)


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("Tokens", _HOW, _LIMITS)
    with town() as installation:
        request = token_request(installation.clients["acme", "website"])
        with installation.serving() as server, server.wire() as wire:
            answer = expect(wire.ask(request), 200)
            with raw_asgi(answer) as bare, oidc_provider() as oidc:
                contenders = (
                    Contender("ours", server.port, request),
                    Contender("bare", bare, request),
                    Contender("oidc", oidc, oidc_token_request()),
                )
                _one_process_each(section, _loads(contenders, (1, 32), times, seconds))
        with installation.serving(workers=2) as server, oidc_provider(2) as oidc:
            contenders = (
                Contender("ours", server.port, request),
                Contender("oidc", oidc, oidc_token_request()),
            )
            _two_processes_each(section, _loads(contenders, (32,), times, seconds))
    return section


@dataclass(frozen=True)
class Contender:
    """Who is asked for tokens, and how."""

    name: str
    port: int
    request: bytes


def _loads(
    contenders: Sequence[Contender], connections: Sequence[int], times: int, seconds: int
) -> dict[str, list[Load]]:
    """By name and number of connections, in turns."""
    for one in contenders:
        # Node's compiler takes a few thousand requests to find its form; ours loads its pages.
        run(one.port, 32, 1 + seconds, one.request)
    return interleaved(
        {
            f"{one.name} {number}": partial(run, one.port, number, seconds, one.request)
            for number in connections
            for one in contenders
        },
        times,
    )


def _one_process_each(section: Section, loads: dict[str, list[Load]]) -> None:
    one = {name: p50(loads[f"{name} 1"]) for name in ("ours", "bare", "oidc")}
    many = {name: rate(loads[f"{name} 32"]) for name in ("ours", "bare", "oidc")}
    section.add("one connection, p50: Openslot", f"{one['ours']:.3f} ms")
    section.add("bare", f"{one['bare']:.3f} ms")
    section.add("oidc-provider", f"{one['oidc']:.3f} ms")
    section.at_most("one connection, p50 against bare", one["ours"] / one["bare"], 2.3, "×")
    section.add(
        "32 connections: Openslot", f"{many['ours']:.0f} /s, p99 {p99(loads['ours 32']):.1f} ms"
    )
    section.add("bare", f"{many['bare']:.0f} /s")
    section.add("oidc-provider", f"{many['oidc']:.0f} /s, p99 {p99(loads['oidc 32']):.1f} ms")
    section.at_least("32 connections against bare", many["ours"] / many["bare"], 0.2, "×")
    section.at_least("32 connections against oidc-provider", many["ours"] / many["oidc"], 1.15, "×")


def _two_processes_each(section: Section, loads: dict[str, list[Load]]) -> None:
    ours, oidc = rate(loads["ours 32"]), rate(loads["oidc 32"])
    section.add("two workers, 32 connections", f"{ours:.0f} /s, p99 {p99(loads['ours 32']):.1f} ms")
    section.add("oidc-provider, a cluster of two", f"{oidc:.0f} /s")
    section.at_least("two workers against a cluster of two", ours / oidc, 1.5, "×")
