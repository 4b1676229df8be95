"""Who acts: a value that identity and scheduling share."""

from dataclasses import dataclass, field, replace

from openslot.kernel.errors import Forbidden

# In whose interest somebody acts on a booking: what the customer is told, and when, follows from it
CUSTOMER = "customer"
STAFF = "staff"
IMPORT = "import"

LINK = "link"  # the kind of who has the link by which one appointment is looked after


class InsufficientScope(Forbidden):
    """The token has none of the scopes that allow this (RFC 6750 §3.1). `scopes` names them."""

    code = "insufficient_scope"
    title = "The token does not carry a scope for this"


@dataclass(frozen=True, slots=True)
class Actor:
    """A client, a user, a link or the operator, acting in one account."""

    account_id: str
    kind: str  # "client", "user", "operator" or `LINK`
    id: str  # what the wire shows: a client id, a user's or an appointment's UUID, or "operator"
    scopes: frozenset[str]
    # Where a write comes from, for the audit trail; the same actor comes from many places.
    address: str | None = field(default=None, compare=False)
    request_id: str | None = field(default=None, compare=False)
    side: str = field(default=CUSTOMER, compare=False)
    api_key_id: str | None = None  # the API key that a client showed instead of a token
    # Whether the customer is told of what is done; staff may do something quietly.
    notifies: bool = field(default=True, compare=False)

    def on_side(self, side: str, *, notifies: bool = True) -> "Actor":
        """The same, acting for the customer, for staff, or importing."""
        return replace(self, side=side, notifies=notifies)

    def holds(self, *scopes: str) -> bool:
        """Whether any of the scopes is held; the operator holds every one."""
        return self.kind == "operator" or not self.scopes.isdisjoint(scopes)

    def require(self, *scopes: str) -> None:
        """Passes when any of the scopes is held.

        Raises:
            InsufficientScope: none is.
        """
        if not self.holds(*scopes):
            raise InsufficientScope(
                "The token needs one of these scopes: " + " ".join(scopes), scopes=list(scopes)
            )


def operator_of(account_id: str) -> Actor:
    """The operator at the command line, who may do everything in an account."""
    return Actor(account_id, "operator", "operator", frozenset())
