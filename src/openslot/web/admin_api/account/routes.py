"""The routes of the account itself and its file."""

from openslot.account_file.checking import InvalidAccountFile
from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import Invalid
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.catalogue.zone_changes import ZoneChangeNeedsChoice
from openslot.web.admin_api.account import account
from openslot.web.admin_api.catalogue.entries import AccountFile
from openslot.web.admin_api.catalogue.kinds import ZoneQuery
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.http.route import Operation

_READ = (ADMIN_READ, ADMIN_WRITE)
_WRITE = (ADMIN_WRITE,)

ROUTES: tuple[Operation, ...] = (
    Operation(
        "GET", "/account", account.get, "The account", _READ, account.AccountAnswer,
        is_conditional=True,
    ),
    Operation(
        "PATCH", "/account", account.change, "Change title, locales or settings", _WRITE,
        account.AccountAnswer, 200, account.AccountRequest, query=WriteQuery,
        errors=(IdempotencyKeyReused, Invalid),
    ),
    Operation(
        "POST", "/apply", account.apply, "Make the account be what an account file says", _WRITE,
        account.AppliedAnswer, 200, account.FileRequest, query=ZoneQuery,
        errors=(InsufficientScope, InvalidAccountFile, ZoneChangeNeedsChoice),
        answer_headers={"Cache-Control": "Secrets are not to be kept"}, shows_secret=True,
        entry=AccountFile,
    ),
    Operation(
        "GET", "/export", account.export, "The account as an account file", _READ, AccountFile,
        is_conditional=True,
    ),
)  # fmt: skip
