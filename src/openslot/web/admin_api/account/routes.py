"""The routes of the account itself, its file, and the clock of a sandbox."""

from openslot.account_file import actions
from openslot.account_file.checking import InvalidAccountFile
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.catalogue.zone_changes import ZoneChangeNeedsChoice
from openslot.scheduling.sandbox_actions import READ_CLOCK, SET_CLOCK
from openslot.web.admin_api.account import account, sandbox
from openslot.web.admin_api.account.account import read_nothing
from openslot.web.admin_api.catalogue.entries import AccountFile
from openslot.web.admin_api.catalogue.kinds import ZoneQuery
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route
from openslot.web.http.transport import MOST_FILE_BYTES

ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", "/sandbox/clock", READ_CLOCK, read_nothing, sandbox.respond_clock,
        "Read the clock of a sandbox account", "What time it is for the account.",
        returns=Returns(sandbox.Clock), errors=(NotFound,),
    ),
    Route(
        "PUT", "/sandbox/clock", SET_CLOCK, sandbox.read_setting, sandbox.respond_clock,
        "Set the clock of a sandbox account", "For every process at once.",
        Accepts(sandbox.ClockRequest), Returns(sandbox.Clock), (NotFound, Invalid),
    ),
    Route(
        "GET", "/account", actions.GET_ACCOUNT, read_nothing, account.respond_account,
        "Get the account", "The account of the token.",
        returns=Returns(account.AccountAnswer), is_conditional=True,
    ),
    Route(
        "PATCH", "/account", actions.CHANGE_ACCOUNT, account.read_change, account.respond_changed,
        "Change title, locales or settings", "The rest is for the operator to change.",
        Accepts(account.AccountRequest, WriteQuery), Returns(account.AccountAnswer),
        (IdempotencyKeyReused, Invalid),
    ),
    Route(
        "POST", "/apply", actions.APPLY_FILE, account.read_file, account.respond_applied,
        "Apply an account file",
        "Makes the account be what the file says, as `openslot apply`. New secrets are shown once."
        " Clients are changed only with the scope for clients, and get no scope that the token"
        " does not carry itself.",
        Accepts(
            account.FileRequest, ZoneQuery, described_by=AccountFile, most_bytes=MOST_FILE_BYTES
        ),
        Returns(account.AppliedAnswer, headers={"Cache-Control": "Secrets must not be stored"}),
        (InsufficientScope, ScopeNotHeld, InvalidAccountFile, ZoneChangeNeedsChoice),
        shows_secret=True,
    ),
    Route(
        "GET", "/export", actions.EXPORT_FILE, read_nothing, account.respond_file,
        "Export the account as an account file", "Without secrets.",
        returns=Returns(AccountFile), is_conditional=True,
    ),
)  # fmt: skip
