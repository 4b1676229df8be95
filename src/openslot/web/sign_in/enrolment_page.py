"""Setting up a second factor, the first one or another one.

Until a code has shown that the app works, the secret is in the form alone, sealed for whom it was
made. Somebody who has a second factor gets a new secret only after a code of the present one.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from markupsafe import Markup

from openslot.identity.model.session import Session
from openslot.identity.people import enrolment, totp
from openslot.identity.people.enrolment import NewFactor
from openslot.identity.people.sign_in_outcomes import SignInRefused
from openslot.identity.people.totp import WrongCode
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import (
    ACCOUNT_PAGE,
    ACCOUNT_SECOND_FACTOR,
    AUTHORIZATION,
    CONSOLE,
    SIGN_IN,
    console_path,
)
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import STEP, PageRequest
from openslot.web.page_kit.pages import title_of
from openslot.web.page_kit.redirects import see_other
from openslot.web.page_kit.refusals import foreign_form, sign_in_over
from openslot.web.page_kit.session_pages import SessionPages, actor_of_page
from openslot.web.page_kit.texts import WRONG_CODE
from openslot.web.sign_in import account_proof, texts
from openslot.web.sign_in.enroller import Enroller, enroller_of
from openslot.web.sign_in.recovery_codes_page import NewCodes, show_codes

_PURPOSE = "second factor"
_REPLACE = "replace"


class EnrolmentPage:
    """`/accounts/{account}/me/second-factor`; its query is the request that waits for it."""

    def __init__(self, pages: SessionPages) -> None:
        """Takes what the pages share."""
        self._pages = pages
        self._sealing_key = totp.sealing_key(pages.app.purpose_keys)

    async def ask(self, page_request: PageRequest) -> Response:
        """A new secret as a QR code and as text; before that a code of the present one, if any."""
        enroller = await enroller_of(self._pages, page_request)
        if enroller is None:
            return see_other(self._way_on(page_request, SIGN_IN))
        if enroller.user.has_totp:
            return self._ask_for_present(page_request, enroller)
        return self._form(page_request, enroller, totp.new_secret())

    async def take_form(self, page_request: PageRequest) -> Response:
        """Takes the form for the present second factor, or the one for the new one.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, TooManyWrongCodes, PasswordsBusy: not now.
        """
        enroller = await enroller_of(self._pages, page_request)
        if enroller is None:
            raise foreign_form()
        self._pages.check_form_of(page_request, enroller.cookie, _PURPOSE)
        session = enroller.by
        if page_request.form.get(STEP) == _REPLACE and isinstance(session, Session):
            faults = await account_proof.faults_of_both(self._pages, page_request, session)
            if faults:
                return self._ask_for_present(page_request, enroller, faults)
            return self._form(page_request, enroller, totp.new_secret())
        secret = enroller.unseal(self._sealing_key, page_request.form.get("secret", ""))
        if secret is None and enroller.user.has_totp:
            return self._ask_for_present(page_request, enroller)
        if secret is None:
            faults = {"code": texts.SETUP_OVER}
            return self._form(page_request, enroller, totp.new_secret(), faults)
        if (
            enroller.needs_password
            and isinstance(session, Session)
            and not await account_proof.password_is_right(self._pages, page_request, session)
        ):
            faults = {"password": texts.WRONG_PASSWORD}
            return self._form(page_request, enroller, secret, faults)
        return await self._enrol(page_request, enroller, secret)

    async def _enrol(self, page_request: PageRequest, enroller: Enroller, secret: str) -> Response:
        database, account = self._pages.app.database, page_request.account
        new = NewFactor(self._sealing_key, secret, page_request.form.get("code", ""))
        by = actor_of_page(page_request, enroller.user)
        cookie = None
        try:
            if isinstance(enroller.by, Session):
                codes = await database.write(account.id, _enrol, enroller.by, new, by)
            else:
                signed_in, codes = await database.write(
                    account.id, enrolment.enrol_and_sign_in, enroller.by, new, by
                )
                cookie = self._pages.cookies.write(SESSION, account.name, signed_in.text)
        except WrongCode:
            return self._form(page_request, enroller, secret, {"code": WRONG_CODE})
        except SignInRefused:
            raise sign_in_over() from None
        way_on = self._way_on(page_request, ACCOUNT_PAGE)
        shown = NewCodes(codes, way_on, texts.NOTICES["second-factor"])
        return show_codes(self._pages, page_request, shown, cookie=cookie)

    def _way_on(self, page_request: PageRequest, otherwise: str) -> str:
        """What the sign-in was for: an authorization request, the console, else `otherwise`."""
        query = page_request.query.decode("latin-1")
        wanted = parse_qs(query).get("next", [""])[0]
        if wanted in (CONSOLE, console_path(wanted)) and wanted:
            return self._pages.addresses.of(CONSOLE, page_request.account.name) + (
                wanted.removeprefix(CONSOLE)
            )
        path = AUTHORIZATION if "client_id" in parse_qs(query) else otherwise
        address = self._pages.addresses.of(path, page_request.account.name)
        return f"{address}?{query}" if path == AUTHORIZATION else address

    def _ask_for_present(
        self, page_request: PageRequest, enroller: Enroller, faults: Mapping[str, str] | None = None
    ) -> Response:
        return self._page(page_request, enroller, "replacement.html", faults or {})

    def _form(
        self,
        page_request: PageRequest,
        enroller: Enroller,
        secret: str,
        faults: Mapping[str, str] | None = None,
    ) -> Response:
        uri = totp.provisioning_uri(
            secret, account_title=title_of(page_request), email=enroller.user.email
        )
        return self._page(
            page_request,
            enroller,
            "enrolment.html",
            faults or {},
            # segno's, made of nothing but rectangles and lines.
            qr_code=Markup(totp.qr_code(uri)),  # noqa: S704
            secret_in_groups=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
            sealed_secret=enroller.seal(self._sealing_key, secret),
            needs_password=enroller.needs_password,
        )

    def _page(
        self,
        page_request: PageRequest,
        enroller: Enroller,
        template: str,
        faults: Mapping[str, str],
        **values: Any,
    ) -> Response:
        account, query = page_request.account, page_request.query.decode("latin-1")
        action = self._pages.addresses.of(ACCOUNT_SECOND_FACTOR, account.name)
        return self._pages.templates.page(
            template,
            token=self._pages.forms.make(account.id, enroller.cookie, _PURPOSE),
            action=f"{action}?{query}" if query else action,
            account_page=self._pages.addresses.of(ACCOUNT_PAGE, account.name),
            account_title=title_of(page_request),
            user=enroller.user,
            signed_in=isinstance(enroller.by, Session),
            fault=any(faults.values()),
            faults={"code": "", "password": "", **faults},
            **values,
        )


def _enrol(tx: AccountTx, session: Session, new: NewFactor, by: Actor) -> tuple[str, ...]:
    account_proof.check_unchanged(tx, session)
    return enrolment.enrol(tx, session, new, by)
