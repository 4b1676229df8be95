"""Reports of mail that came back, over HTTP."""

import anyio
import pytest

from delivery.mail.report_mails import report
from openslot.kernel.scopes import ALL, APPOINTMENTS_MANAGE, BOUNCES_WRITE

from ..contract import check_problem
from ..site import Site
from .desk import ask, booked

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATH = "/mail/bounces"
MAIL = {"Content-Type": "message/rfc822"}


async def test_who_may_report_what(site: Site) -> None:
    """A token for nothing else is enough, and an account has its own mail."""
    appointment = await booked(site)
    messages = f"/appointments/{appointment['appointmentId']}/messages"
    [message] = (await ask(site, "GET", messages)).json()
    sent = (await ask(site, "POST", f"{messages}/{message['id']}/resend")).json()
    await site.app.look_for_messages()
    await tried(site, messages, sent["id"])
    content = report(sent["id"])
    others = [scope for scope in ALL if scope not in (BOUNCES_WRITE, APPOINTMENTS_MANAGE)]
    refusals = [
        await ask(site, "POST", PATH, content=content, headers=MAIL, scopes=None),
        await ask(site, "POST", PATH, content=content, headers=MAIL, scopes=others),
        await ask(site, "POST", PATH, content=content, headers=MAIL, account="globex"),
        await ask(site, "POST", PATH, {"report": "none"}, scopes=[BOUNCES_WRITE]),
        await ask(site, "POST", PATH, content=b"I am away", headers=MAIL, scopes=[BOUNCES_WRITE]),
    ]
    for refused in refusals:
        check_problem(refused)
    assert [(r.status_code, r.json()["code"]) for r in refusals] == [
        (401, "unauthenticated"), (403, "insufficient_scope"), (404, "not_found"),
        (415, "unsupported_media_type"), (422, "not_a_report"),
    ]  # fmt: skip
    for _ in range(2):
        answer = await ask(
            site, "POST", PATH, content=content, headers=MAIL, scopes=[BOUNCES_WRITE]
        )
        assert (answer.status_code, answer.json()) == (200, {"messages": [{
            "id": sent["id"], "appointmentId": appointment["appointmentId"], "status": "bounced",
        }]})  # fmt: skip
    shown = {one["id"]: one for one in (await ask(site, "GET", messages)).json()}
    assert shown[sent["id"]]["detail"].startswith("5.1.1 smtp; 550 5.1.1")


async def tried(site: Site, messages: str, message_id: str) -> None:
    """Waits for the first attempt: only what may have left can come back."""
    for _ in range(200):
        shown = (await ask(site, "GET", messages)).json()
        if any(one["id"] == message_id and one["attempts"] for one in shown):
            return
        await anyio.sleep(0.05)
    raise AssertionError("the message was not tried within ten seconds")
