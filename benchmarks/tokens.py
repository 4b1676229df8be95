"""The token endpoint: client_credentials with Basic, against a bare server and oidc-provider."""

from benchmarks.contenders import oidc_provider, oidc_token_request, raw_asgi
from benchmarks.load import expect, interleaved, p50, p99, rate, run
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
    with town() as installation, installation.serving() as server:
        request = token_request(installation.clients["acme", "website"])
        with server.wire() as wire:
            answer = expect(wire.ask(request), 200)
        with raw_asgi(answer) as bare, oidc_provider() as oidc:
            other = oidc_token_request()
            # Node's compiler takes a few thousand requests to find its form.
            for port, content in ((server.port, request), (bare, request), (oidc, other)):
                run(port, 32, 1 + seconds // 2, content)
            loads = interleaved(
                {
                    "ours 1": lambda: run(server.port, 1, seconds, request),
                    "bare 1": lambda: run(bare, 1, seconds, request),
                    "oidc 1": lambda: run(oidc, 1, seconds, other),
                    "ours 32": lambda: run(server.port, 32, seconds, request),
                    "bare 32": lambda: run(bare, 32, seconds, request),
                    "oidc 32": lambda: run(oidc, 32, seconds, other),
                },
                times,
            )
    one = {name: p50(loads[f"{name} 1"]) for name in ("ours", "bare", "oidc")}
    many = {name: rate(loads[f"{name} 32"]) for name in ("ours", "bare", "oidc")}
    section.add("one connection, p50: Openslot", f"{one['ours']:.3f} ms")
    section.add("bare", f"{one['bare']:.3f} ms")
    section.add("oidc-provider", f"{one['oidc']:.3f} ms")
    section.at_most("one connection, p50 against bare", one["ours"] / one["bare"], 2, "×")
    section.add(
        "32 connections: Openslot", f"{many['ours']:.0f} /s, p99 {p99(loads['ours 32']):.1f} ms"
    )
    section.add("bare", f"{many['bare']:.0f} /s")
    section.add("oidc-provider", f"{many['oidc']:.0f} /s, p99 {p99(loads['oidc 32']):.1f} ms")
    section.at_least("32 connections against bare", many["ours"] / many["bare"], 0.25, "×")
    section.at_least("32 connections against oidc-provider", many["ours"] / many["oidc"], 1.5, "×")
    return section
