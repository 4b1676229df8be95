"""What an open page is told of a change, and in which words."""

import json

import pytest

from openslot.scheduling.views.day_changes import FollowedDay
from openslot.web.console.today.live.follower import Follower

pytestmark = pytest.mark.anyio


async def test_a_change_comes_with_its_version_and_a_mark_without_one() -> None:
    """A page that shows that version already has made the change, and asks for nothing."""
    follower = Follower(FollowedDay("centre", 0, 1440), 0, b"", "desk")
    assert await follower.next() == b"event: heartbeat\ndata: {}\n\n"
    follower.tell([("a", 2), ("b", 5), ("a", 3), ("c", None)])
    follower.tell([("b", None), ("c", 7)])
    told = await follower.next()
    assert told is not None
    assert [json.loads(line[6:]) for line in told.decode().split("\n") if line] == [
        {"appointmentId": "a", "version": 3},
        {"appointmentId": "b"},
        {"appointmentId": "c"},
    ]


async def test_what_was_marked_before_the_page_was_followed_is_told_once() -> None:
    """No event tells of a mark, so nobody knows whether the page was made before or after it."""
    follower = Follower(FollowedDay("centre", 0, 1440), 0, b"", "desk")
    await follower.next()
    for marks, told in ((["a", "b"], {"a", "b"}), (["b", "c"], {"a", "c"})):
        follower.tell_marks(marks)
        follower.tell_marks(marks)
        lines = (await follower.next() or b"").decode().split("\n")
        assert {json.loads(line[6:])["appointmentId"] for line in lines if line} == told
