"""Which branch a page shows: the one of the query, else the last choice, else the first."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.kernel.errors import NotFound
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.page_kit.cookies import Cookies

_BRANCH = "console-branch"  # the kind of cookie
_SECONDS = 365 * 86_400


@dataclass(frozen=True)
class ChosenBranch:
    """A branch, and the cookie that remembers the choice."""

    id: str
    cookies: tuple[str, ...]


def chosen_branch(
    cookies: Cookies, request: ConsoleRequest, branch_ids: Sequence[str]
) -> ChosenBranch | None:
    """The branch of a page; None: there is none at all.

    `branch_ids` are those that the page could show, in their order.

    Raises:
        NotFound: there is none of the id that the query names.
    """
    wanted = request.query.one("branch").lower()
    name = request.account.name
    if wanted:
        if wanted not in branch_ids:
            raise NotFound
        cookie = cookies.write(_BRANCH, name, wanted, seconds=_SECONDS)
        return ChosenBranch(wanted, (cookie,))
    last = cookies.read(request.headers, _BRANCH, name)
    if last in branch_ids and last is not None:
        return ChosenBranch(last, ())
    return ChosenBranch(branch_ids[0], ()) if branch_ids else None
