"""Client ids, client secrets and API keys: how they are made and compared.

A secret is `osk_`, 43 random base62 characters (256 bits) and a checksum that lets a secret
scanner tell a leaked one from a look-alike without asking anybody. It is shown once; what is stored
is HMAC-SHA-256 with a pepper from outside the database. A random secret of this length needs no
slow hash (RFC 6819 §5.1.4.1.3). An API key is the same with `oak_`.
"""

import hmac
import secrets
import zlib

from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys

PREFIX = "osk_"
API_KEY_PREFIX = "oak_"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_CHARACTERS = 43  # 62 ** 43 > 2 ** 256
_CHECKSUM_CHARACTERS = 6  # 62 ** 6 > 2 ** 32
_CLIENT_ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_CLIENT_ID_CHARACTERS = 26


def new_client_id() -> str:
    """26 random characters of [a-z0-9]."""
    return "".join(secrets.choice(_CLIENT_ID_ALPHABET) for _ in range(_CLIENT_ID_CHARACTERS))


def client_id_of(number: int) -> str:
    """The client id that stands for a number below 26 digits to the base of 36."""
    digits = []
    for _ in range(_CLIENT_ID_CHARACTERS):
        number, digit = divmod(number, len(_CLIENT_ID_ALPHABET))
        digits.append(_CLIENT_ID_ALPHABET[digit])
    return "".join(reversed(digits))


def new_secret() -> str:
    """A new client secret, checksum included."""
    return _random_text(PREFIX)


def new_api_key() -> str:
    """A new API key, checksum included."""
    return _random_text(API_KEY_PREFIX)


def _random_text(prefix: str) -> str:
    rest = prefix + "".join(secrets.choice(_BASE62) for _ in range(_RANDOM_CHARACTERS))
    return rest + checksum(rest)


def checksum(rest: str) -> str:
    """CRC-32 of everything before it, as 6 base62 characters, most significant first."""
    return base62(zlib.crc32(rest.encode()), _CHECKSUM_CHARACTERS)


def base62(number: int, characters: int) -> str:
    """A whole number in base 62 (0-9, A-Z, a-z), padded with zeros to a length."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(characters, "0")


def pepper_of(keys: PurposeKeys) -> bytes:
    """The key of the digests."""
    return keys.of(Purpose.CLIENT_SECRETS)


def digest_of(pepper: bytes, secret: str) -> bytes:
    """What is stored of a secret."""
    return hmac.digest(pepper, secret.encode("utf-8", "surrogatepass"), "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Whether two digests are equal, in a time that does not reveal where they differ."""
    return hmac.compare_digest(one, other)
