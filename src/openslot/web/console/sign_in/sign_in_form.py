"""What the sign-in forms hold: where somebody wanted to go, and what they had typed there."""

from dataclasses import dataclass
from urllib.parse import urlencode

from openslot.web.page_kit.addresses import console_path
from openslot.web.page_kit.field_pairs import NOTHING, FieldPairs, parse
from openslot.web.page_kit.page_request import TOKEN

NEXT, TYPED_AT, TYPED = "next", "typed_at", "typed"


@dataclass(frozen=True)
class SignInForm:
    """One of the forms, as it was asked for or sent."""

    account: str = ""
    email: str = ""
    next: str = ""  # a path below `/console/`
    typed_at: str = ""  # the path of a form that was sent without a session
    typed: FieldPairs = NOTHING

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The hidden fields."""
        pairs = [(NEXT, self.next), (TYPED_AT, self.typed_at)]
        if self.typed.pairs:
            pairs.append((TYPED, urlencode(self.typed.pairs)))
        return [(name, value) for name, value in pairs if value]


def form_of(query: FieldPairs, sent: FieldPairs) -> SignInForm:
    """The form of a request."""
    try:
        typed = parse(sent.one(TYPED).encode())
    except ValueError:
        typed = NOTHING
    return SignInForm(
        account=(sent.one("account") or query.one("account")).strip().lower(),
        email=sent.one("email"),
        next=console_path(sent.one(NEXT) or query.one(NEXT)),
        typed_at=console_path(sent.one(TYPED_AT)),
        typed=typed,
    )


def form_again(account: str, path: str, sent: FieldPairs) -> SignInForm:
    """The form that keeps what was typed in another one, whose session had ended."""
    typed = FieldPairs([pair for pair in sent.pairs if pair[0] != TOKEN])
    return SignInForm(account=account, typed_at=console_path(path), typed=typed)
