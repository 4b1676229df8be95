"""DPoP proofs (RFC 9449): every check of §4.3, with proofs that are good and that are not."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey, RSAKey

from openslot.identity.clients.dpop_proofs import Proof, read_proof
from openslot.identity.clients.target_uris import normalised
from openslot.identity.oauth_errors import InvalidDpopProof
from openslot.identity.store import used_ids
from openslot.storage.transactions import AccountTx

from .signing import Holder, Json, changed, es256, high_s, rs256, stray_bits, with_member
from .world import NOW, PUBLIC_URL, World

SECOND = NOW // 1000
URL = f"{PUBLIC_URL}/accounts/acme/oauth2/token"
TOKEN = b"an.access.token"
ATH = "UkM2b42E54u4hWzuKV_B3zyulUA6vtNYjJUv_ru2Qck"


def header(holder: Holder | None = None, **changes: Any) -> dict[str, Any]:
    """A good header; a change to None takes a member away."""
    holder = holder or es256()
    return changed({"typ": "dpop+jwt", "alg": holder.algorithm, "jwk": holder.jwk}, changes)


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims of a token request."""
    return changed({"jti": "one", "htm": "POST", "htu": URL, "iat": SECOND}, changes)


def made(head: Json | None = None, body: Json | None = None, by: Holder | None = None) -> bytes:
    """A proof, signed with the key in its header unless with another."""
    return (by or es256()).signed(head or header(), body or claims())


def with_claims(**changes: Any) -> bytes:
    """A well-signed proof with other claims."""
    return made(body=claims(**changes))


def with_header(**changes: Any) -> bytes:
    """A well-signed proof with another header."""
    return made(header(**changes))


def with_jwk(**changes: Any) -> bytes:
    """A well-signed proof whose key is written in another way."""
    return with_header(jwk=changed(es256().jwk, changes))


def taken(*proofs: bytes, access_token: bytes | None = None) -> Proof:
    """Reads the proofs of a token request."""
    return read_proof(proofs, method="POST", url=URL, now=NOW, access_token=access_token)


def by_pyjwt(holder: Holder) -> bytes:
    """A proof as PyJWT makes it."""
    head = {"typ": "dpop+jwt", "jwk": holder.jwk}
    return jwt.encode(claims(), holder.private, holder.algorithm, head).encode()


def by_joserfc(key: ECKey | RSAKey, algorithm: str) -> bytes:
    """A proof as joserfc makes it."""
    head = {"typ": "dpop+jwt", "alg": algorithm, "jwk": key.as_dict(private=False)}
    return joserfc_jwt.encode(head, claims(), key).encode()


GOOD: dict[str, Callable[[], bytes]] = {
    "as PyJWT makes it": lambda: by_pyjwt(es256()),
    "as PyJWT makes it, RS256": lambda: by_pyjwt(rs256()),
    "as joserfc makes it": lambda: by_joserfc(ECKey.generate_key("P-256"), "ES256"),
    "as joserfc makes it, RS256": lambda: by_joserfc(RSAKey.import_key(rs256().private), "RS256"),
    "the larger s": lambda: high_s(made()),
    "a key with a name and a use": lambda: with_jwk(kid="mine", use="sig", alg="ES256"),
    "a key for verifying": lambda: with_jwk(key_ops=["verify"]),
    "a kid, which says nothing": lambda: with_header(kid="other"),
    "almost a minute old": lambda: with_claims(iat=SECOND - 59),
    "a clock almost a minute ahead": lambda: with_claims(iat=SECOND + 60),
    "fractions of seconds": lambda: with_claims(iat=SECOND + 0.25),
    "an exp that is not over": lambda: with_claims(exp=SECOND + 1, nbf=SECOND),
    "htu with a query and a fragment": lambda: with_claims(htu=URL + "?a=b&c#d"),
    "htu with the port": lambda: with_claims(
        htu=URL.replace("booking.example.org", "booking.example.org:443")
    ),
    "htu in other cases": lambda: with_claims(
        htu=URL.replace("https://booking.example.org", "HTTPS://Booking.EXAMPLE.org")
    ),
    "htu escaped": lambda: with_claims(htu=URL.replace("acme", "%61cm%65")),
    "htu with dots": lambda: with_claims(htu=URL.replace("/oauth2", "/x/../oauth2/.")),
    "a nonce that nobody asked for": lambda: with_claims(nonce="n"),
    "an ath that nobody asked for": lambda: with_claims(ath="x"),
    "claims of the client's own": lambda: with_claims(purpose="test"),
    "half a surrogate pair in the jti": lambda: with_claims(jti="\ud800"),
}

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    # §4.3, 2: a single well-formed JWT
    "empty": (lambda: b"", "three segments"),
    "a word": (lambda: b"proof", "three segments"),
    "two in one header": (lambda: made() + b", " + with_claims(jti="two"), "three segments"),
    "four segments": (lambda: made() + b".AAAA", "three segments"),
    "far too long": (lambda: with_claims(x="x" * 8192), "three segments"),
    "padding": (lambda: made() + b"==", "base64url"),
    "a space in front": (lambda: b" " + made(), "base64url"),
    "unused bits": (lambda: stray_bits(made()), "base64url"),
    "not ASCII": (lambda: made() + b"\xff", "base64url"),
    "header no JSON": (lambda: made(b"jwk"), "not JSON"),
    "header a list": (lambda: made(b"[1]"), "not a JSON object"),
    "claims no JSON": (lambda: made(body=b"{"), "not JSON"),
    "claims deeply nested": (lambda: made(body=b'{"x":' + b"[" * 3000), "not JSON"),
    "jwk twice": (
        lambda: made(with_member(header(), f'"jwk": {json.dumps(es256().jwk)}')),
        "twice",
    ),
    "htm twice": (lambda: made(body=with_member(claims(), '"htm": "POST"')), "twice"),
    "a member of jwk twice": (
        lambda: made(
            with_member(header(jwk=None), f'"jwk": {with_member(es256().jwk, KTY).decode()}')
        ),
        "twice",
    ),
    # §4.3, 3: every claim is there
    "no jti": (lambda: with_claims(jti=None), "jti is missing"),
    "jti empty": (lambda: with_claims(jti=""), "jti is missing"),
    "jti a number": (lambda: with_claims(jti=1), "jti is missing"),
    "no htm": (lambda: with_claims(htm=None), "htm is missing"),
    "no htu": (lambda: with_claims(htu=None), "htu is missing"),
    "no iat": (lambda: with_claims(iat=None), "iat is not within"),
    "iat a text": (lambda: with_claims(iat=str(SECOND)), "iat is no number"),
    "iat true": (lambda: with_claims(iat=True), "iat is no number"),
    "iat without end": (
        lambda: made(body=with_member(claims(iat=None), '"iat": 1e999')),
        "no number",
    ),
    # §4.3, 4: the type
    "no typ": (lambda: with_header(typ=None), "typ must be dpop+jwt"),
    "typ JWT": (lambda: with_header(typ="JWT"), "typ must be dpop+jwt"),
    "typ of an access token": (lambda: with_header(typ="at+jwt"), "typ must be dpop+jwt"),
    "typ a list": (lambda: with_header(typ=["dpop+jwt"]), "typ must be dpop+jwt"),
    # §4.3, 5: the algorithm
    "no alg": (lambda: with_header(alg=None), "alg must be"),
    "alg none": (lambda: with_header(alg="none"), "alg must be"),
    "alg HS256": (lambda: with_header(alg="HS256"), "alg must be"),
    "alg ES384": (lambda: with_header(alg="ES384"), "alg must be"),
    "alg PS256": (lambda: made(header(rs256(), alg="PS256"), by=rs256()), "alg must be"),
    "alg EdDSA": (lambda: with_header(alg="EdDSA"), "alg must be"),
    "RS256 with a key of P-256": (lambda: with_header(alg="RS256"), "not a key for alg"),
    "ES256 with an RSA key": (
        lambda: made(header(rs256(), alg="ES256"), by=rs256()),
        "not a key for alg",
    ),
    "crit": (lambda: with_header(crit=["jwk"]), "crit"),
    # The key
    "no jwk": (lambda: with_header(jwk=None), "jwk is missing"),
    "jwk a text": (lambda: with_header(jwk="key"), "jwk is missing"),
    "jwk empty": (lambda: with_header(jwk={}), "kty"),
    "a secret as the key": (lambda: with_header(jwk={"kty": "oct", "k": "AAAA"}), "private"),
    "another curve": (lambda: with_jwk(crv="P-384"), "crv"),
    "a key for encryption": (lambda: with_jwk(use="enc"), "not for signatures"),
    "a key of another algorithm": (lambda: with_jwk(alg="ES384"), "alg is not ES256"),
    "a point beside the curve": (lambda: with_jwk(y=es256().jwk["x"]), "not on the curve"),
    "a short RSA key": (
        lambda: made(header(rs256(1024)), by=rs256(1024)),
        "2048 to 4096 bits",
    ),
    # §4.3, 6: the signature
    "signed with another key": (lambda: made(by=es256(1)), "signature"),
    "no signature": (lambda: made().rpartition(b".")[0] + b".", "signature"),
    "the signature of another proof": (
        lambda: made().rpartition(b".")[0] + b"." + with_claims(jti="2").rpartition(b".")[2],
        "signature",
    ),
    # §4.3, 7: no private half
    "the private key inside": (lambda: with_header(jwk=es256().private_jwk), "private"),
    "the private RSA key inside": (
        lambda: made(header(rs256(), jwk=rs256().private_jwk), by=rs256()),
        "private",
    ),
    # §4.3, 8: the method
    "htm in another case": (lambda: with_claims(htm="post"), "htm is not"),
    "htm of another request": (lambda: with_claims(htm="GET"), "htm is not"),
    # §4.3, 9: the address
    "htu of another endpoint": (
        lambda: with_claims(htu=PUBLIC_URL + "/oauth2/revoke"),
        "htu is not",
    ),
    "htu of another host": (lambda: with_claims(htu=URL.replace("example", "evil")), "htu is not"),
    "htu of another port": (
        lambda: with_claims(htu=URL.replace("example.org", "example.org:444")),
        "htu is not",
    ),
    "htu of another scheme": (lambda: with_claims(htu=URL.replace("https", "http")), "htu is not"),
    "htu in another case of the path": (lambda: with_claims(htu=URL.upper()), "htu is not"),
    "htu with a slash at the end": (lambda: with_claims(htu=URL + "/"), "htu is not"),
    "htu a path": (lambda: with_claims(htu="/accounts/acme/oauth2/token"), "htu is not"),
    "htu with a user": (lambda: with_claims(htu=URL.replace("//", "//me@")), "htu is not"),
    "htu with a line feed": (lambda: with_claims(htu=URL + "\n"), "htu is not"),
    # §4.3, 11: the time
    "more than a minute old": (lambda: with_claims(iat=SECOND - 60), "iat is not within"),
    "more than a minute ahead": (lambda: with_claims(iat=SECOND + 61), "iat is not within"),
    "expired": (lambda: with_claims(exp=SECOND), "expired"),
    "not yet valid": (lambda: with_claims(nbf=SECOND + 61), "not valid yet"),
}
KTY = '"kty": "EC"'


@pytest.mark.parametrize("name", GOOD)
def test_a_good_proof_is_taken(name: str) -> None:
    """Made by two other libraries, and in every way that the RFC allows."""
    proof = taken(GOOD[name]())
    assert proof.expires_at > NOW


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_is_refused_for_its_own_fault(name: str) -> None:
    """RFC 9449 §5: 400 `invalid_dpop_proof`, and the description says what to change."""
    make, said = REFUSED[name]
    proof = make()
    with pytest.raises(InvalidDpopProof) as refused:
        taken(proof)
    assert said in refused.value.description
    assert (refused.value.status, refused.value.error) == (400, "invalid_dpop_proof")


def test_there_is_one_proof() -> None:
    """§4.3, 1; the same one twice is two."""
    with pytest.raises(InvalidDpopProof, match="missing"):
        taken()
    with pytest.raises(InvalidDpopProof, match="more than once"):
        taken(made(), made())


def test_a_proof_beside_a_token_is_of_that_token() -> None:
    """§4.3, 12: `ath`, the hash of it, has to be there."""
    assert taken(with_claims(ath=ATH), access_token=TOKEN).jkt
    for ath, said in (
        (None, "ath is missing"),
        ("", "ath is missing"),
        (ATH + "=", "ath is not"),
        (ATH[:-1], "ath is not"),
        ("é", "ath is not"),
        ("\ud800", "ath is not"),
        (TOKEN.decode(), "ath is not"),
    ):
        with pytest.raises(InvalidDpopProof, match=said):
            taken(with_claims(ath=ath), access_token=TOKEN)
    with pytest.raises(InvalidDpopProof, match="ath is not"):
        taken(with_claims(ath=ATH), access_token=TOKEN + b"x")


_RFC_HEADER = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0Vj"
    "NoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5"
    "VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19."
)
_RFC_TOKEN_REQUEST = (
    _RFC_HEADER + "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2Vydm"
    "VyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvq"
    "RMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
_RFC_API_REQUEST = (
    _RFC_HEADER + "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdX"
    "JjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJa"
    "M0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1pl"
    "emAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)


def test_the_proofs_of_the_rfc_are_taken() -> None:
    """RFC 9449 §4.1 and §7.1, and the thumbprint of §6.1."""
    first = read_proof(
        [_RFC_TOKEN_REQUEST.encode()],
        method="POST",
        url="https://server.example.com/token",
        now=1_562_262_616_000,
    )
    second = read_proof(
        [_RFC_API_REQUEST.encode()],
        method="GET",
        url="https://resource.example.org/protectedresource",
        now=1_562_262_618_000,
        access_token=b"Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU",
    )
    assert first.jkt == second.jkt == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    assert first.digest_of_jti != second.digest_of_jti


def test_the_thumbprint_is_that_of_another_library() -> None:
    """RFC 7638; extra members of the JWK change nothing."""
    for holder in (es256(), rs256()):
        key = (ECKey if holder.algorithm == "ES256" else RSAKey).import_key(holder.jwk)
        named = {**holder.jwk, "kid": "mine", "use": "sig"}
        assert taken(made(header(holder), by=holder)).jkt == key.thumbprint()
        assert taken(made(header(holder, jwk=named), by=holder)).jkt == key.thumbprint()


def test_an_id_is_of_one_key() -> None:
    """Nobody uses up another's ids, and the same id is the same however it is signed."""
    assert taken(made()).digest_of_jti == taken(made()).digest_of_jti
    assert taken(made()).digest_of_jti != taken(with_claims(jti="two")).digest_of_jti
    other = made(header(es256(1)), by=es256(1))
    assert taken(made()).digest_of_jti != taken(other).digest_of_jti


def test_an_id_is_remembered_as_long_as_the_proof_counts() -> None:
    """At the instant when it may be forgotten the proof is refused for its age."""
    proof = made()
    expires_at = taken(proof).expires_at
    at = {"method": "POST", "url": URL}
    read_proof([proof], now=expires_at - 1, **at)  # type: ignore[arg-type]
    with pytest.raises(InvalidDpopProof, match="iat"):
        read_proof([proof], now=expires_at, **at)  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_a_proof_counts_once(world: World) -> None:
    """Of twenty at once one; afterwards none; in another account it is another matter."""
    proof = taken(made())

    def take(tx: AccountTx) -> bool:
        return used_ids.use(tx, proof.digest_of_jti, proof.expires_at)

    async def once(account_id: str) -> bool:
        return await world.app.database.write(account_id, take)

    assert sum(await asyncio.gather(*(once(world.acme.id) for _ in range(20)))) == 1
    assert not await once(world.acme.id)
    assert await once(world.globex.id)
    # Once it is too old to be taken, it may be forgotten: not a millisecond before.
    for now, count in ((proof.expires_at - 1, 0), (proof.expires_at, 1), (proof.expires_at, 0)):
        assert await world.app.database.write(world.acme.id, used_ids.delete_expired, now) == count


@pytest.mark.parametrize(
    ("uri", "same"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://A.Example:443/?q#f", "https://a.example/"),
        ("http://a.example:80/b", "http://a.example/b"),
        ("http://a.example:443/b", "http://a.example:443/b"),
        ("https://a.example:/b", "https://a.example/b"),
        ("https://[::1]:8443/b", "https://[::1]:8443/b"),
        ("https://a.example/%7euser/%2F/%c3%a9", "https://a.example/~user/%2F/%C3%A9"),
        ("https://a.example/b/../c/./d/", "https://a.example/c/d/"),
        ("https://a.example/b/..", "https://a.example/"),
        ("https://a.example/b/c/..", "https://a.example/b/"),
        ("https://a.example/b/.", "https://a.example/b/"),
        ("https://a.example/../../b", "https://a.example/b"),
        ("https://a.example/%2e%2E/b", "https://a.example/b"),
        ("https://a.example//b", "https://a.example//b"),
        ("https://a.example/b;c=d", "https://a.example/b;c=d"),
    ],
)
def test_addresses_are_compared_in_one_spelling(uri: str, same: str) -> None:
    """RFC 3986 §6.2.2 and §6.2.3; and what is normal stays as it is."""
    assert normalised(uri) == same
    assert normalised(same) == same


@pytest.mark.parametrize(
    "uri",
    [
        "", "/b", "a.example/b", "ftp://a.example/b", "https:///b", "https://a.example:x/b",
        "https://a.example:99999/b", "https://u@a.example/b", "https://u:p@a.example/b",
        "https://[::1/b", "https://a.example/%", "https://a.example/%zz", "https://a.example/b\n",
        "https://a.example/ b", "https://a.example/é", "\thttps://a.example/b", "https://[x]/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(uri: str) -> None:
    """Two of them would otherwise be the same."""
    assert normalised(uri) is None
