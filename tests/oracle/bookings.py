"""Strategies for the claims that are there already: mostly close neighbours of what is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from .catalogue import BUFFERS
from .hours import chance
from .wall import MINUTE

Record = dict[str, Any]

KINDS = ["appointment", "reservation", "reservation", "block"]
# A reservation that expires at this very instant is expired already.
LIVE = [timedelta(minutes=10), timedelta(seconds=1)]
EXPIRED = [timedelta(0), timedelta(0), -MINUTE]


@dataclass(frozen=True)
class Scene:
    """What the claims of one world have in common."""

    account: Record
    question: Record
    anchors: list[datetime]
    now: datetime

    @property
    def asked(self) -> list[Record]:
        services = {service["key"]: service for service in self.account["services"]}
        return [services[key] for key in self.question["services"]]

    @property
    def types(self) -> list[str]:
        return sorted({kind for service in self.asked for kind in service["resourceTypes"]})

    @property
    def resources(self) -> list[Record]:
        here = self.question["branch"]
        return [resource for resource in self.account["resources"] if resource["branch"] == here]

    @property
    def duration(self) -> int:
        return sum(service["durationMinutes"] for service in self.asked)


@st.composite
def bookings(
    draw: DrawFn, scene: Scene, kind: str, number: int, replaced: Record | None = None
) -> Record:
    """One claim at, or touching, one of the anchors; `replaced` is an appointment to move."""
    minutes = draw(st.one_of(st.just(scene.duration), st.sampled_from([60, 30, 15, 240, 600, 1])))
    claim: Record = {"kind": kind, "id": f"{kind}-{number}"}
    claim["resources"] = draw(claimed_resources(scene, kind))
    claim["bufferBefore"] = 0 if kind == "block" else draw(BUFFERS)
    claim["bufferAfter"] = 0 if kind == "block" else draw(BUFFERS)
    claim["start"] = draw(neighbours(scene, minutes, claim))
    claim["places"] = 1 if kind == "block" else draw(st.sampled_from([1, 1, 2, 3]))
    claim["expiresAt"] = claim["replaces"] = None
    if kind == "reservation":
        expiries = EXPIRED if chance(draw, 25) else LIVE
        claim["expiresAt"] = scene.now + draw(st.sampled_from(expiries))
    if replaced is not None:
        claim["replaces"] = replaced["id"]
        if not chance(draw, 30):
            # Beside or over the appointment it is to move, on the same resources.
            claim["resources"] = replaced["resources"]
            claim["start"] = replaced["start"] + draw(st.sampled_from([0, 1, -1, 15])) * MINUTE
    claim["end"] = claim["start"] + minutes * MINUTE
    return claim


@st.composite
def claimed_resources(draw: DrawFn, scene: Scene, kind: str) -> list[str]:
    """One resource for a block; one of each type asked for, for everything else."""
    keys: list[str] = []
    if kind == "block":
        keys.append(draw(st.sampled_from(scene.resources))["key"])
        return keys
    for wanted in scene.types:
        able = [resource for resource in scene.resources if resource["type"] == wanted]
        keys.append(draw(st.sampled_from(able))["key"])
    return keys


@st.composite
def neighbours(draw: DrawFn, scene: Scene, minutes: int, claim: Record) -> datetime:
    """A start at an anchor, or touching the slot there from before or after, or a minute off."""
    anchor: datetime = draw(st.sampled_from(scene.anchors))
    before = scene.asked[0]["bufferBeforeMinutes"]
    after = scene.asked[-1]["bufferAfterMinutes"]
    following = scene.duration + after + claim["bufferBefore"]
    leading = -(minutes + before + claim["bufferAfter"])
    shift = draw(st.sampled_from([0, 0, following, leading]))
    if chance(draw, 8):
        # The date before or after, which must not weigh in the assignment.
        shift += draw(st.sampled_from([1440, -1440]))
    return anchor + (shift + draw(st.sampled_from([0, 0, 0, 1, -1]))) * MINUTE


@st.composite
def claims(draw: DrawFn, scene: Scene) -> list[Record]:
    """Up to six claims of any kind, and now and then an appointment that is being moved."""
    found: list[Record] = []
    for number in range(1, 1 + draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(KINDS))
        found.append(draw(bookings(scene, kind, number)))
    if chance(draw, 40):
        moved = draw(bookings(scene, "appointment", 7))
        found.append(moved)
        for number in range(8, 8 + draw(st.integers(0, 2))):
            found.append(draw(bookings(scene, "reservation", number, moved)))
    return found
