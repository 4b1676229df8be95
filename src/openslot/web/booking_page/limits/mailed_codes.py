"""Codes by mail, for people at a limit whose browser runs no script."""

import hmac

from openslot.account_file.booking_page.page_languages import RIGHT_TO_LEFT_TRIAL
from openslot.app import message_channels
from openslot.delivery.messages.codes import digits_of, plan_code
from openslot.delivery.model.message_kinds import EMAIL
from openslot.identity.keys.purpose_keys import Purpose
from openslot.kernel.counted_address import counted_address
from openslot.kernel.ids import is_id
from openslot.scheduling.booking import visitors
from openslot.scheduling.booking.visitors import CodeTrial
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.http.limits import Limit

_MOST_AN_HOUR = 5  # so that nobody fills a stranger's mailbox from here


class MailedCodes:
    """Sends codes, and knows them again."""

    def __init__(self, pages: BookingPages) -> None:
        """Takes what the steps share."""
        self._pages = pages
        self._key = pages.app.purpose_keys.of(Purpose.MAIL_CODES)
        self._sent = Limit(_MOST_AN_HOUR, 3600)

    def are_sent(self, request: PublicRequest) -> bool:
        """Whether mail leaves the installation, or is recorded in a sandbox account."""
        return request.account.sandbox or EMAIL in message_channels(self._pages.app.settings)

    async def send(self, request: PublicRequest, email: str, act: str) -> str:
        """Sends a code that is good for an act; returns by which id it is known again.

        Raises:
            RateLimited: the address has had too many.
        """
        self._sent.take(f"{request.account.id} {counted_address(request.address)}")
        trial = request.locale == RIGHT_TO_LEFT_TRIAL
        language = request.page.locales[0] if trial else request.locale

        def plan(tx: AccountTx) -> str:
            code_id = plan_code(tx, email, language)
            visitors.expect_code(tx, code_id, act)
            return code_id

        return await self._pages.write(request, plan)

    async def tried(self, request: PublicRequest, code_id: str, code: str, act: str) -> CodeTrial:
        """What a code proves that somebody typed; a wrong one is counted."""
        if not is_id(code_id):
            return CodeTrial(None, may_try_again=False)
        digits = "".join(code.split())
        is_right = hmac.compare_digest(digits_of(self._key, code_id).encode(), digits.encode())

        def check(tx: AccountTx) -> CodeTrial:
            return visitors.try_code(tx, code_id, act, is_right=is_right)

        return await self._pages.write(request, check)

    async def may_try_again(self, request: PublicRequest, code_id: str, act: str) -> bool:
        """Whether another code may be typed for the same mail."""
        return await self._pages.read(request, visitors.is_expected, code_id, act)
