"""A list of forged access tokens, and of good ones that the same forger makes."""

import json
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from openslot.identity.keys.jws import base64url
from openslot.identity.keys.signatures import ES256, RS256, new_key

from .forger import (
    ORDER,
    Forger,
    as_bytes,
    header_twice,
    jwk_inside,
    other_signature,
    raw,
    stray_bits,
    twice,
)
from .world import PUBLIC_URL

GOOD: dict[str, Callable[[Forger], bytes]] = {
    "as it was issued": lambda f: f.good,
    "made by the forger": lambda f: f.signed(),
    "by RS256": lambda f: f.signed(header=f.header(alg=RS256, kid=f.rs256.kid), key=f.rs256),
    "the whole media type": lambda f: f.with_header(typ="application/at+jwt"),
    "nbf now": lambda f: f.with_claims(nbf=f.now // 1000),
    "a clock a little ahead": lambda f: f.with_claims(
        iat=f.now // 1000 + 29, nbf=f.now // 1000 + 29
    ),
    "claims that nobody knows": lambda f: f.with_claims(
        another="claim", nested={"a": [1, {"b": None}]}
    ),
}
FORGERIES: dict[str, Callable[[Forger], bytes]] = {
    # Not a token at all
    "empty": lambda f: b"",
    "a word": lambda f: b"token",
    "two segments": lambda f: b".".join(f.segments()[:2]),
    "four segments": lambda f: f.good + b".AAAA",
    "five segments, as an encrypted one": lambda f: f.good + b".AAAA.AAAA",
    "only dots": lambda f: b"..",
    "not ASCII": lambda f: f.good + b"\xff",
    "too long for a token": lambda f: f.with_claims(note="x" * 7_000),
    "far too long": lambda f: f.with_claims(scope="x" * 20_000),
    "JSON serialisation": lambda f: json.dumps(
        dict(
            zip(("protected", "payload", "signature"), map(bytes.decode, f.segments()), strict=True)
        )
    ).encode(),
    # RFC 8725 §2.1: algorithm and key
    "alg none without signature": lambda f: (
        base64url(as_bytes(f.header(alg="none"))) + b"." + f.segments()[1] + b"."
    ),
    "alg none with signature": lambda f: f.with_header(alg="none"),
    "alg None": lambda f: f.with_header(alg="None"),
    "alg NONE": lambda f: f.with_header(alg="NONE"),
    "alg nOnE without signature": lambda f: (
        base64url(as_bytes(f.header(alg="nOnE"))) + b"." + f.segments()[1] + b"."
    ),
    "alg empty": lambda f: f.with_header(alg=""),
    "alg null": lambda f: f.signed(header={**f.header(), "alg": None}),
    "alg with a space": lambda f: f.with_header(alg="ES256 "),
    "alg in other letters": lambda f: f.with_header(alg="\u0395S256"),  # a Greek capital
    "alg ES256K": lambda f: f.with_header(alg="ES256K"),
    "alg EdDSA": lambda f: f.with_header(alg="EdDSA"),
    "alg missing": lambda f: f.with_header(alg=None),
    "alg in lower case": lambda f: f.with_header(alg="es256"),
    "alg a list": lambda f: f.with_header(alg=["ES256"]),
    "alg ES384": lambda f: f.with_header(alg="ES384"),
    "alg PS256": lambda f: f.signed(header=f.header(alg="PS256", kid=f.rs256.kid), key=f.rs256),
    "HS256 with the EC public key": lambda f: f.hs256(f.pem(f.es256)),
    "HS256 with the RSA public key": lambda f: f.hs256(f.pem(f.rs256), kid=f.rs256.kid),
    "HS256 with the kid": lambda f: f.hs256(f.es256.kid.encode()),
    "HS256 with nothing": lambda f: f.hs256(b""),
    "RS256 said, ES256 done": lambda f: f.with_header(alg="RS256"),
    "the kid of the other key": lambda f: f.with_header(kid=f.rs256.kid),
    "ES256 said, RS256 done": lambda f: f.signed(header=f.header(kid=f.rs256.kid), key=f.rs256),
    "another EC key under our kid": lambda f: f.signed(key=new_key(ES256)),
    "another RSA key under our kid": lambda f: f.signed(
        header=f.header(alg=RS256, kid=f.rs256.kid), key=new_key(RS256)
    ),
    "an unknown kid": lambda f: f.with_header(kid="unknown"),
    "no kid": lambda f: f.with_header(kid=None),
    "kid a number": lambda f: f.with_header(kid=1),
    "kid a path": lambda f: f.with_header(kid="../../dev/null"),
    "kid with SQL": lambda f: f.with_header(kid="' OR 1=1 --"),
    # RFC 8725 §3.10: keys of the token's own choice
    "jwk with its own key": jwk_inside,
    "jwk with our key": lambda f: f.with_header(jwk=f.es256.public_jwk),
    "jku": lambda f: f.with_header(jku="https://evil.example/jwks"),
    "jku of ours": lambda f: f.with_header(jku=f"{PUBLIC_URL}/accounts/acme/oauth2/jwks"),
    "x5u": lambda f: f.with_header(x5u="https://evil.example/cert"),
    "x5c": lambda f: f.with_header(x5c=["AAAA"]),
    "x5t": lambda f: f.with_header(x5t="AAAA"),
    "x5t#S256": lambda f: f.with_header(**{"x5t#S256": "AAAA"}),
    "jwk of ours, another key": lambda f: f.signed(
        header=f.header(jwk=f.es256.public_jwk), key=new_key(ES256)
    ),
    "no kid, jwk of ours": lambda f: f.with_header(kid=None, jwk=f.es256.public_jwk),
    "kid a list": lambda f: f.with_header(kid=[f.es256.kid]),
    "kid with a space": lambda f: f.with_header(kid=f.es256.kid + " "),
    "kid in other letters": lambda f: f.with_header(kid=f.es256.kid[:-1] + "\uff21"),
    "kid an address": lambda f: f.with_header(kid="https://evil.example/key"),
    # RFC 7515 §4.1.11, RFC 7797, RFC 7516
    "crit with an extension": lambda f: f.with_header(crit=["exp"], exp=1),
    "crit empty": lambda f: f.with_header(crit=[]),
    "b64 false": lambda f: f.with_header(crit=["b64"], b64=False),
    "zip": lambda f: f.with_header(zip="DEF"),
    "enc": lambda f: f.with_header(enc="A256GCM"),
    # RFC 9068 §2.1: the type
    "typ missing": lambda f: f.with_header(typ=None),
    "typ JWT": lambda f: f.with_header(typ="JWT"),
    "typ of another use": lambda f: f.with_header(typ="logout+jwt"),
    "typ of an id token": lambda f: f.with_header(typ="id_token+jwt"),
    "typ of an assertion": lambda f: f.with_header(typ="client-authentication+jwt"),
    "typ of a DPoP proof": lambda f: f.with_header(typ="dpop+jwt", jwk=f.es256.public_jwk),
    "typ of an introspection": lambda f: f.with_header(typ="token-introspection+jwt"),
    "typ a list": lambda f: f.with_header(typ=["at+jwt"]),
    "cty": lambda f: f.with_header(cty="JWT"),
    "typ with a space": lambda f: f.with_header(typ="at+jwt "),
    # RFC 7519 §5.2, RFC 7516: tokens within tokens
    "a token around the token": lambda f: f.signed(claims=f.good),
    "a token around it, cty": lambda f: f.signed(header=f.header(cty="JWT"), claims=f.good),
    "the header of an encrypted one": lambda f: f.with_header(alg="RSA-OAEP", enc="A256GCM"),
    "encrypted directly": lambda f: f.with_header(alg="dir", enc="A256GCM"),
    # The signature
    "no signature": lambda f: b".".join([*f.segments()[:2], b""]),
    "a zero signature": lambda f: b".".join([*f.segments()[:2], base64url(bytes(64))]),
    "a short signature": lambda f: f.good[:-4],
    "a longer signature": lambda f: f.good + b"AAAA",
    "the DER form": lambda f: b".".join([*f.segments()[:2], base64url(b"0D\x02 " + bytes(66))]),
    "a real DER form": lambda f: f.with_signature(encode_dss_signature),
    "the other s": lambda f: f.with_signature(lambda r, s: raw(r, ORDER - s)),
    "r and s changed over": lambda f: f.with_signature(lambda r, s: raw(s, r)),
    "r of zero": lambda f: f.with_signature(lambda r, s: raw(0, s)),
    "s of zero": lambda f: f.with_signature(lambda r, s: raw(r, 0)),
    "r and s of the order": lambda f: f.with_signature(lambda r, s: raw(ORDER, ORDER)),
    "r and s padded": lambda f: f.with_signature(
        lambda r, s: r.to_bytes(33, "big") + s.to_bytes(33, "big")
    ),
    "zeros before the signature": lambda f: f.with_signature(lambda r, s: bytes(2) + raw(r, s)),
    "zeros after the signature": lambda f: f.with_signature(lambda r, s: raw(r, s) + bytes(2)),
    "the signature of another token": other_signature,
    "changed claims": lambda f: b".".join(
        [
            f.segments()[0],
            base64url(as_bytes(f.claims(scope="openslot/admin.write"))),
            f.segments()[2],
        ]
    ),
    "another spelling of the claims": lambda f: b".".join(
        [f.segments()[0], base64url(json.dumps(f.claims(), indent=1).encode()), f.segments()[2]]
    ),
    # RFC 4648 §3: one spelling of base64url
    "padding": lambda f: f.good + b"==",
    "padding in the header": lambda f: f.good.replace(b".", b"=.", 1),
    "stray bits in the signature": lambda f: b".".join(
        [*f.segments()[:2], stray_bits(f.segments()[2])]
    ),
    "escaped": lambda f: f.good.replace(b".", b"%2E"),
    "quoted": lambda f: b'"' + f.good + b'"',
    "another dot": lambda f: f.good.replace(b".", "\u3002".encode()),
    "a NUL after": lambda f: f.good + b"\0",
    "in upper case": lambda f: f.good.upper(),
    "white space before": lambda f: b" " + f.good,
    "a line feed after": lambda f: f.good + b"\n",
    "a line feed within": lambda f: f.good[:50] + b"\n" + f.good[50:],
    "standard base64": lambda f: (
        f.with_claims(note="???>>>~~~").replace(b"-", b"+").replace(b"_", b"/") + b"+"
    ),
    "a character of another alphabet": lambda f: f.good[:-3] + b"*" + f.good[-2:],
    # RFC 7515 §4, RFC 7519 §4: every member once, in JSON
    "scope twice": lambda f: twice(f, "scope", "openslot/admin.write"),
    "exp twice": lambda f: twice(f, "exp", f.now),
    "the same claim twice": lambda f: twice(f, "sub", f.claims()["sub"]),
    "a member twice deep within": lambda f: f.signed(
        claims=json.dumps(f.claims(note=0)).replace('"note": 0', '"note": {"a":1,"a":1}').encode()
    ),
    "alg twice": lambda f: header_twice(f, '"alg": "none"'),
    "kid twice, once escaped": lambda f: header_twice(f, '"k\\u0069d": "x"'),
    "claims not an object": lambda f: f.signed(claims=b"[]"),
    "claims not JSON": lambda f: f.signed(claims=b"{"),
    "claims in UTF-16": lambda f: f.signed(claims=json.dumps(f.claims()).encode("utf-16")),
    "claims with a byte order mark": lambda f: f.signed(
        claims=b"\xef\xbb\xbf" + json.dumps(f.claims()).encode()
    ),
    "claims deeper than any stack": lambda f: f.signed(claims=b"[" * 5000),
    "NaN": lambda f: f.with_claims(exp=float("nan")),
    "NaN where nobody looks": lambda f: f.with_claims(note=float("nan")),
    "header not an object": lambda f: f.signed(header=b'"ES256"'),
    # RFC 9068 §4: issuer and audience
    "iss missing": lambda f: f.with_claims(iss=None),
    "iss of another server": lambda f: f.with_claims(iss="https://evil.example/accounts/acme"),
    "iss without account": lambda f: f.with_claims(iss=PUBLIC_URL),
    "iss that begins like ours": lambda f: f.with_claims(
        iss=PUBLIC_URL + ".evil.example/accounts/acme"
    ),
    "iss a list": lambda f: f.with_claims(iss=[f"{PUBLIC_URL}/accounts/acme"]),
    "iss with another host in it": lambda f: f.with_claims(
        iss=f"{PUBLIC_URL}@evil.example/accounts/acme"
    ),
    "iss over http": lambda f: f.with_claims(
        iss=f"{PUBLIC_URL.replace('https', 'http')}/accounts/acme"
    ),
    "iss in upper case": lambda f: f.with_claims(iss=f"{PUBLIC_URL}/ACCOUNTS/acme"),
    "aud null": lambda f: f.signed(claims={**f.claims(), "aud": None}),
    "aud ours, twice": lambda f: f.with_claims(aud=[PUBLIC_URL, PUBLIC_URL]),
    "aud nobody": lambda f: f.with_claims(aud=[]),
    "aud the issuer": lambda f: f.with_claims(aud=f"{PUBLIC_URL}/accounts/acme"),
    "aud in other letters": lambda f: f.with_claims(aud=PUBLIC_URL.replace("o", "\u043e")),
    "aud missing": lambda f: f.with_claims(aud=None),
    "aud of another server": lambda f: f.with_claims(aud="https://api.example.org"),
    "aud with a slash": lambda f: f.with_claims(aud=PUBLIC_URL + "/"),
    "aud one of two": lambda f: f.with_claims(aud=[PUBLIC_URL, "https://api.example.org"]),
    # RFC 7519 §4.1: time
    "exp missing": lambda f: f.with_claims(exp=None),
    "expired": lambda f: f.with_claims(exp=f.now // 1000),
    "exp below zero": lambda f: f.with_claims(exp=-1),
    "exp null": lambda f: f.signed(claims={**f.claims(), "exp": None}),
    "exp a list": lambda f: f.with_claims(exp=[9999999999]),
    "expired long ago": lambda f: f.with_claims(exp=1),
    "exp a text": lambda f: f.with_claims(exp="9999999999"),
    "exp a fraction": lambda f: f.with_claims(exp=9999999999.5),
    "exp true": lambda f: f.with_claims(exp=True),
    "exp infinite": lambda f: f.signed(
        claims=json.dumps(f.claims(exp=0)).replace('"exp": 0', '"exp": 1e999').encode()
    ),
    "iat missing": lambda f: f.with_claims(iat=None),
    "iat in the future": lambda f: f.with_claims(iat=f.now // 1000 + 60),
    "nbf in the future": lambda f: f.with_claims(nbf=f.now // 1000 + 60),
    "nbf a text": lambda f: f.with_claims(nbf="0"),
    # RFC 9068 §2.2: the other claims
    "sub missing": lambda f: f.with_claims(sub=None),
    "client_id missing": lambda f: f.with_claims(client_id=None),
    "client_id a number": lambda f: f.with_claims(client_id=1),
    "scope missing": lambda f: f.with_claims(scope=None),
    "scope a list": lambda f: f.with_claims(scope=["openslot/admin.write"]),
    "account missing": lambda f: f.with_claims(account=None),
    "account null": lambda f: f.signed(claims={**f.claims(), "account": None}),
    "jti missing": lambda f: f.with_claims(jti=None),
    "jti in upper case": lambda f: f.with_claims(jti=f.claims()["jti"].upper()),
    # RFC 7800 §3.1: bound to what cannot be checked
    "cnf a text": lambda f: f.with_claims(cnf="x"),
    "cnf empty": lambda f: f.with_claims(cnf={}),
    "cnf with a certificate": lambda f: f.with_claims(cnf={"x5t#S256": "x"}),
    "cnf with a key": lambda f: f.with_claims(cnf={"jwk": f.es256.public_jwk}),
    "cnf with two": lambda f: f.with_claims(cnf={"jkt": "x", "kid": "y"}),
    "jkt a number": lambda f: f.with_claims(cnf={"jkt": 1}),
    "gid a number": lambda f: f.with_claims(gid=1),
    "jti without a time": lambda f: f.with_claims(jti="3f0e8a52-4c1b-4a55-9d43-6a1a4a8f8d55"),
}
