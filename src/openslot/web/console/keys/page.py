"""`/console/keys`: which keys sign access tokens, and the next pair announced."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.identity.keys import key_life, rotation
from openslot.identity.keys.key_life import Life
from openslot.identity.keys.key_ring import stored_keys
from openslot.identity.keys.rotation import RotationUnderWay
from openslot.identity.model.roles import ADMINISTRATOR
from openslot.kernel.clock import Millis, now_ms
from openslot.kernel.errors import NotFound
from openslot.web.console.frame.account_items.account_times import AccountTimes, account_times
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.language.vocabulary import Words

_PATH = "/console/keys"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key, and the state that it is in from when to when."""

    kid: str
    algorithm: str
    state: str
    since: str
    until: str


class KeysPage:
    """The page and its button. The emergency rotation is a command alone.

    Each raises NotFound for anybody but administrators of the owner's account.
    """

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The keys, the oldest first."""
        self._check(request)
        times = await self._console.read(request, account_times, request)
        keys, now = await stored_keys(self._console.app.database), now_ms()
        lives = key_life.lives(key.start for key in keys)
        rows = [
            _row(request.words, times, key.kid, key.algorithm, lives[key.start], now)
            for key in keys
        ]
        starts = [key.start for key in keys]
        signs_at = key_life.next_start(starts, now)
        values = {
            "rows": rows,
            "announced": "" if signs_at is None else times.text(signs_at),
            "next": times.text(key_life.next_announcement(starts)),
        }
        page = ConsolePage(request.words.say("Keys"), "keys/keys.html", values)
        return self._console.page(request, page)

    async def rotate(self, request: ConsoleRequest) -> Response:
        """Announces a pair, which signs from tomorrow on and disturbs nobody."""
        self._check(request)
        app, words = self._console.app, request.words
        try:
            await rotation.announce(app.database, app.keys, request.actor)
        except RotationUnderWay:
            notice = words.say("A new pair of keys is announced already.")
        else:
            notice = words.say("A new pair of keys is announced.")
        return self._console.see_other(request, _PATH, notice)

    def _check(self, request: ConsoleRequest) -> None:
        owner = self._console.app.settings.owner_account
        is_owner = bool(owner) and request.account.name == owner
        if not is_owner or request.user.role != ADMINISTRATOR:
            raise NotFound


def _row(
    words: Words, times: AccountTimes, kid: str, algorithm: str, life: Life, now: Millis
) -> KeyRow:
    state = life.state(now)
    names = {
        "announced": words.say("Announced"),
        "signing": words.say("Signing"),
        "retired": words.say("Retired"),
        "dead": words.say("Not valid any more"),
    }
    instants: dict[str, Sequence[Millis | None]] = {
        "announced": (life.announced_at, life.signs_from),
        "signing": (life.signs_from, life.signs_until),
        "retired": (life.signs_until, life.removed_at),
        "dead": (life.removed_at, None),
    }
    since, until = ("" if at is None else times.text(at) for at in instants[state])
    return KeyRow(kid, algorithm, names[state], since, until)
