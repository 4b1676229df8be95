"""By which channels a customer hears of a change, and why by none."""

import pytest

from openslot.delivery.messages.message_rules import message_rules
from openslot.delivery.messages.reach import MessageReach, Unreached, reach_of
from openslot.delivery.model.message_kinds import BOOKED

BOTH = {"messages": {"channels": {"booked": ["sms", "email"]}}}


@pytest.mark.parametrize(
    ("account", "set_up", "addresses", "reach"),
    [
        ({}, {"email"}, {"email", "sms"}, MessageReach(("email",))),
        (BOTH, {"email", "sms"}, {"email", "sms"}, MessageReach(("sms", "email"))),
        (BOTH, {"email", "sms"}, {"email"}, MessageReach(("email",))),
        ({}, {"email"}, {"sms"}, MessageReach((), Unreached.NO_ADDRESS)),
        ({}, {"sms"}, {"email"}, MessageReach((), Unreached.NOT_SET_UP)),
        (
            {"messages": {"channels": {"booked": []}}},
            {"email"},
            {"email"},
            MessageReach((), Unreached.SWITCHED_OFF),
        ),
    ],
)
def test_a_message_needs_the_account_the_installation_and_an_address(
    account: dict[str, object], set_up: set[str], addresses: set[str], reach: MessageReach
) -> None:
    assert reach_of(message_rules({"settings": {}, **account}, set_up), BOOKED, addresses) == reach
