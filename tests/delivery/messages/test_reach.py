"""By which channels a customer hears of a change, and why by none."""

import pytest

from openslot.delivery.messages.message_rules import message_rules
from openslot.delivery.messages.reach import Reach, Unreached, reach_of
from openslot.delivery.model.message_kinds import BOOKED

BOTH = {"messages": {"channels": {"booked": ["sms", "email"]}}}


@pytest.mark.parametrize(
    ("account", "set_up", "addresses", "reach"),
    [
        ({}, {"email"}, {"email", "sms"}, Reach(("email",))),
        (BOTH, {"email", "sms"}, {"email", "sms"}, Reach(("sms", "email"))),
        (BOTH, {"email", "sms"}, {"email"}, Reach(("email",))),
        ({}, {"email"}, {"sms"}, Reach((), Unreached.NO_ADDRESS)),
        ({}, {"sms"}, {"email"}, Reach((), Unreached.NOT_SET_UP)),
        (
            {"messages": {"channels": {"booked": []}}},
            {"email"},
            {"email"},
            Reach((), Unreached.SWITCHED_OFF),
        ),
    ],
)
def test_a_message_needs_the_account_the_installation_and_an_address(
    account: dict[str, object], set_up: set[str], addresses: set[str], reach: Reach
) -> None:
    assert reach_of(message_rules({"settings": {}, **account}, set_up), BOOKED, addresses) == reach
