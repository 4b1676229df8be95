"""Tokens that are bound to a key, at the API (RFC 9449 §7)."""

import hashlib
from typing import Any

import pytest
from jwt.utils import base64url_encode

from openslot.identity.clients.dpop_proofs import Proof
from openslot.identity.keys.public_keys import public_key_of
from openslot.kernel.errors import OpenslotError
from openslot.web.http.callers import bearer, dpop
from openslot.web.http.callers.dpop import InvalidProof, SeenProofs, WrongScheme
from openslot.web.http.problems import status_of

from .signing import Holder, changed, es256
from .world import NOW, PUBLIC_URL

TOKEN = b"an.access.token"
URL = f"{PUBLIC_URL}/appointments/v1/branches"
JKT = public_key_of(es256().jwk).kid


def proof(by: Holder | None = None, **changes: Any) -> tuple[bytes, bytes]:
    """The header with a good proof of a request."""
    holder = by or es256()
    claims = {
        "jti": "one",
        "htm": "GET",
        "htu": URL,
        "iat": NOW // 1000,
        "ath": base64url_encode(hashlib.sha256(TOKEN).digest()).decode(),
    }
    head = {"typ": "dpop+jwt", "alg": holder.algorithm, "jwk": holder.jwk}
    return b"dpop", holder.signed(head, changed(claims, changes))


def check(
    *headers: tuple[bytes, bytes],
    bound_to: str | None = JKT,
    seen: SeenProofs | None = None,
    scheme: bytes = b"DPoP",
    request_id: str = "first",
) -> None:
    """Asks for a request with these headers beside its token."""
    dpop.check(
        [(b"host", b"elsewhere.example"), *headers],
        TOKEN,
        bound_to,
        SeenProofs() if seen is None else seen,
        scheme=scheme,
        method="GET",
        url=URL,
        request_id=request_id,
        now=NOW,
    )


@pytest.mark.parametrize("scheme", [b"DPoP", b"dpop", b"DPOP"])
def test_a_bound_token_with_its_proof_passes(scheme: bytes) -> None:
    """RFC 9110 §11.1: the scheme in any case."""
    check(proof(), scheme=scheme)


def test_a_bound_token_does_not_pass_as_a_bearer_token() -> None:
    """§7.2: with or without a proof; else whoever stole it would leave the proof out."""
    for headers in ((), (proof(),)):
        with pytest.raises(WrongScheme) as refused:
            check(*headers, scheme=b"Bearer")
        assert (status_of(WrongScheme), refused.value.code) == (401, "invalid_token")


def test_a_token_that_is_not_bound_passes_as_a_bearer_token_alone() -> None:
    """§7.1; a proof beside it, even a bad one, does no harm."""
    check(bound_to=None, scheme=b"Bearer")
    check((b"dpop", b"x"), bound_to=None, scheme=b"bearer")
    with pytest.raises(WrongScheme):
        check(proof(), bound_to=None)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (proof(), proof(jti="two")),
        ((b"dpop", b"x"),),
        (proof(by=es256(1)),),
        (proof(ath=None),),
        (proof(ath="x"),),
        (proof(htm="POST"),),
        (proof(htu=URL + "/1"),),
        (proof(htu=URL.replace("booking.example.org", "elsewhere.example")),),
        (proof(iat=NOW // 1000 - 61),),
    ],
)
def test_without_a_good_proof_of_the_right_key_it_does_not_pass(
    headers: tuple[tuple[bytes, bytes], ...],
) -> None:
    """§4.3 with the request's own method, address and token; the host header has no say."""
    seen = SeenProofs()
    with pytest.raises(InvalidProof) as refused:
        check(*headers, seen=seen)
    assert (status_of(InvalidProof), refused.value.code) == (401, "invalid_dpop_proof")
    # What is refused takes nobody's id and no room.
    assert len(seen) == 0


def test_a_proof_passes_with_one_request() -> None:
    """§11.1; which may ask again, since its transaction may run twice."""
    seen = SeenProofs()
    check(proof(), seen=seen)
    check(proof(), seen=seen)
    with pytest.raises(InvalidProof, match="used before"):
        check(proof(), seen=seen, request_id="second")
    check(proof(jti="two"), seen=seen, request_id="second")


def _proof(number: int, expires_at: int) -> Proof:
    return Proof(JKT, number.to_bytes(32, "big"), expires_at)


def test_what_is_too_old_to_be_taken_is_forgotten() -> None:
    """And nothing else, while there is room."""
    seen = SeenProofs()
    for number in range(100):
        assert seen.take(_proof(number, NOW + number), "first", NOW - 1)
    assert len(seen) == 100
    assert seen.take(_proof(100, NOW + 100), "first", NOW + 49)
    assert len(seen) == 51
    assert not seen.take(_proof(50, NOW + 50), "second", NOW + 49)


def test_memory_is_bounded() -> None:
    """The first one in makes room."""
    seen = SeenProofs(most=10)
    for number in range(25):
        assert seen.take(_proof(number, NOW + 60_000), "first", NOW)
        assert len(seen) <= 10
    assert all(not seen.take(_proof(n, NOW + 60_000), "second", NOW) for n in range(15, 25))
    assert seen.take(_proof(0, NOW + 60_000), "second", NOW)


def test_the_challenge_says_which_scheme_and_what_is_wrong() -> None:
    """§7.1: the algorithms, and the error as the Bearer challenge has it."""
    metadata = f"{PUBLIC_URL}/.well-known/oauth-protected-resource"
    assert dpop.challenge_of(bearer.challenge(PUBLIC_URL)) == (
        f'DPoP algs="ES256 RS256", resource_metadata="{metadata}"'
    )
    errors: list[tuple[type[OpenslotError], str]] = [
        (InvalidProof, "invalid_dpop_proof"),
        (WrongScheme, "invalid_token"),
    ]
    for kind, name in errors:
        text = bearer.challenge(
            PUBLIC_URL,
            error=kind.challenge_error,
            description=kind().detail,  # type: ignore[attr-defined]
        )
        assert dpop.challenge_of(text) == (
            f'DPoP algs="ES256 RS256", error="{name}", error_description="{kind.title}", '
            f'resource_metadata="{metadata}"'
        )
        assert kind.challenge_scheme == "DPoP"  # type: ignore[attr-defined]
