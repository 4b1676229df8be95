"""Client ids and secrets: form, checksum, digest."""

import re

from hypothesis import given
from hypothesis import strategies as st

from openslot.identity.clients.secrets import (
    base62,
    checksum,
    digest_of,
    new_client_id,
    new_secret,
    same,
)
from openslot.identity.keys.master_key import WrongMasterKey, seal, unseal

from .secret_form import looks_like_secret

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_base62_reads_back_and_keeps_its_length(number: int) -> None:
    """Six characters hold every CRC-32, most significant first."""
    text = base62(number, 6)
    assert len(text) == 6
    value = 0
    for character in text:
        value = value * 62 + ALPHABET.index(character)
    assert value == number


def test_a_secret_has_the_published_form() -> None:
    """So that a scanner finds a leaked one without asking anybody."""
    assert looks_like_secret(new_secret())
    assert 62**43 > 2**256


def test_secrets_and_ids_differ_each_time() -> None:
    """Neither repeats, and an id is 26 of [a-z0-9]."""
    assert len({new_secret() for _ in range(100)}) == 100
    ids = {new_client_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[a-z0-9]{26}", one) for one in ids)


@given(st.integers(min_value=0, max_value=52), st.sampled_from(ALPHABET + "_-"))
def test_one_wrong_character_shows(position: int, character: str) -> None:
    """CRC-32 finds every change of one character."""
    secret = "osk_" + "a" * 43
    secret += checksum(secret)
    changed = secret[:position] + character + secret[position + 1 :]
    assert looks_like_secret(changed) == (changed == secret)


@given(st.text(st.characters(codec=None)))
def test_every_text_has_a_digest(text: str) -> None:
    """Even one that is no valid Unicode; equal texts and peppers alone give equal digests."""
    one, other = bytes(32), b"\x01" * 32
    assert same(digest_of(one, text), digest_of(one, text))
    assert not same(digest_of(one, text), digest_of(other, text))
    assert not same(digest_of(one, text), digest_of(one, text + "x"))


@given(st.binary(), st.text(max_size=20))
def test_what_is_sealed_opens_with_its_key_and_context_alone(plain: bytes, context: str) -> None:
    """Another key, another context, a changed byte: WrongMasterKey."""
    key = bytes(range(32))
    sealed = seal(key, plain, context)
    assert unseal(key, sealed, context) == plain
    for wrong in (
        lambda: unseal(bytes(32), sealed, context),
        lambda: unseal(key, sealed, context + "x"),
        lambda: unseal(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), context),
        lambda: unseal(key, b"", context),
    ):
        try:
            wrong()
        except WrongMasterKey:
            continue
        raise AssertionError("it opened")
