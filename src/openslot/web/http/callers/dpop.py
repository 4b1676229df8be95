"""Access tokens bound to a key, at the API (RFC 9449 §7): the proof that comes with each request.

A proof is taken once by each process; several processes on one database do not tell each other.
What that leaves to somebody who reads a proof on its way is to repeat that one request, within a
minute, at another process, through TLS.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar

from openslot.identity.clients.dpop_proofs import Proof, read_proof
from openslot.identity.keys.public_keys import ALGORITHMS
from openslot.identity.oauth_errors import InvalidDpopProof
from openslot.identity.tokens.access_tokens import InvalidToken
from openslot.kernel.clock import Millis
from openslot.kernel.errors import Unauthenticated

SCHEME = "DPoP"

_MOST_SEEN = 100_000


class InvalidProof(Unauthenticated):
    """Make a new proof for each request, and send it in the one `DPoP` header (RFC 9449 §7.1)."""

    code = "invalid_dpop_proof"
    title = "The proof of possession of the key is not valid"
    challenge_error: ClassVar[str | None] = "invalid_dpop_proof"
    challenge_scheme: ClassVar[str] = SCHEME


class WrongScheme(InvalidToken):
    """The token is bound to a key and was sent without it, or the other way round."""

    challenge_scheme: ClassVar[str] = SCHEME


class SeenProofs:
    """The ids of proofs that were taken, until the proofs are too old to be taken again.

    At most so many are remembered; beyond that the first one in is forgotten, a little early.
    """

    def __init__(self, most: int = _MOST_SEEN) -> None:
        """Of the usual hundred thousand each takes about 350 bytes."""
        self._most = most
        self._seen: OrderedDict[bytes, tuple[Millis, str]] = OrderedDict()  # expires at, taken by

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._seen)

    def take(self, proof: Proof, request_id: str, now: Millis) -> bool:
        """Takes a proof for a request; False: another request has it.

        The same request may take it again: a transaction may run twice.
        """
        digest = proof.digest_of_jti
        seen = self._seen.get(digest)
        if seen is not None:
            return seen[1] == request_id
        self._seen[digest] = (proof.expires_at, request_id)
        # They come in about the order in which they expire: two minutes lie between any two at
        # most, so the oldest ones stand in front.
        while len(self._seen) > self._most or next(iter(self._seen.values()))[0] <= now:
            self._seen.popitem(last=False)
        return True


def check(
    headers: Sequence[tuple[bytes, bytes]],
    token: bytes,
    bound_to: str | None,
    seen: SeenProofs,
    *,
    scheme: bytes,
    method: str,
    url: str,
    request_id: str,
    now: Millis,
) -> None:
    """Passes when a verified token was sent as its kind must be: a bound one with a good proof.

    `bound_to` is the token's `cnf.jkt`, None where it is bound to no key; `scheme` that of the
    Authorization header, in any case; `url` is `publicUrl` with the path of the request as it
    came. A DPoP header beside a token that is bound to nothing is not looked at.

    Raises:
        WrongScheme: a bound token as Bearer, or one that is not bound as DPoP.
        InvalidProof: the proof is missing, wrong, of another key, or was taken before.
    """
    if scheme.lower() != SCHEME.lower().encode():
        # RFC 9449 §7.2: otherwise whoever has stolen it would leave the proof out
        if bound_to is not None:
            raise WrongScheme("The access token is bound to a key: send it as DPoP, with a proof")
        return
    # RFC 9449 §7.1: the token must be bound
    if bound_to is None:
        raise WrongScheme("The access token is bound to no key: send it as Bearer")
    proofs = [value for name, value in headers if name == b"dpop"]
    try:
        proof = read_proof(proofs, method=method, url=url, now=now, access_token=token)
    except InvalidDpopProof as error:
        raise InvalidProof(error.description) from error
    # RFC 9449 §4.3, 12: the key is the one that the token is bound to
    if proof.jkt != bound_to:
        raise InvalidProof("The proof is made with another key than the token is bound to")
    # RFC 9449 §11.1
    if not seen.take(proof, request_id, now):
        raise InvalidProof("The proof was used before; make a new one for each request")


def challenge_of(bearer_challenge: str) -> str:
    """The challenge of the DPoP scheme (RFC 9449 §7.1) that says what the Bearer one says."""
    parameters = bearer_challenge.removeprefix("Bearer ")
    return f'{SCHEME} algs="{" ".join(ALGORITHMS)}", {parameters}'
