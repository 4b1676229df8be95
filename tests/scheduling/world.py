"""Worlds of the oracle in the words of the product: catalogue, sheets, question, snapshot."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from openslot.kernel.clock import Millis, Minute, instant_of_minute, millis_of, minute_of
from openslot.scheduling.availability.availability import Judgement, grid, judge, run
from openslot.scheduling.availability.slot_query import SlotQuery, slot_query
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.model.catalogue import Catalogue
from openslot.scheduling.model.catalogue_documents import catalogue_of_items
from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.scheduling.model.claim import APPOINTMENT, BLOCK, NOBODY, RESERVATION, Claim, claim_id
from openslot.scheduling.model.day_sheet import Sheet, Sheets
from openslot.scheduling.views.bookable_starts import StartsSource, dates_of
from openslot.scheduling.views.listings import SlotListingQuery, Snapshot

Record = dict[str, Any]

KINDS = {
    "appointment": APPOINTMENT,
    "reservation": RESERVATION,
    "block": BLOCK,
}
SECTIONS = {
    "branch": "branches",
    "service": "services",
    "resource": "resources",
    "service-combination": "serviceCombinations",
}


def ids_of(account: Record) -> dict[tuple[str, str], str]:
    """An id for everything in an account document; ids sort as the keys do."""
    named = sorted(
        (kind, key_of(kind, thing))
        for kind, section in SECTIONS.items()
        for thing in account.get(section) or []
    )
    return {name: f"00000000-0000-7000-8000-{n:012d}" for n, name in enumerate(named, 1)}


def key_of(kind: str, thing: Record) -> str:
    """A combination has no key of its own."""
    return thing["key"] if kind != "service-combination" else "+".join(thing["services"])


def documents_of(account: Record) -> dict[str, dict[str, Record]]:
    """The documents by kind and key, with dates as text."""
    plain = json.loads(json.dumps(account, default=str))
    return {
        kind: {key_of(kind, thing): thing for thing in plain.get(section) or []}
        for kind, section in SECTIONS.items()
    }


def catalogue_of(account: Record, version: int = 1) -> Catalogue:
    """The catalogue that an account document describes."""
    ids = ids_of(account)
    return catalogue_of_items(
        version,
        [
            CatalogueItem(
                kind, ids[kind, key], key, thing.get("active", True), 1, json.dumps(thing)
            )
            for kind, things in documents_of(account).items()
            for key, thing in things.items()
        ],
    )


def booking_id(name: str | None) -> str:
    """The UUID that a claim's name in an oracle world stands for."""
    return str(uuid5(NAMESPACE_OID, name or ""))


def bytes_of(name: str | None) -> bytes:
    return claim_id(booking_id(name)) if name else NOBODY


def sheets_of(account: Record, claims: Iterable[Record]) -> dict[tuple[str, int], Sheet]:
    """The day sheets that hold some claims."""
    ids = ids_of(account)
    found: dict[tuple[str, int], list[Claim]] = {}
    for record in claims:
        claim = claim_of(record)
        for key in record["resources"]:
            for day in claim.days:
                found.setdefault((ids["resource", key], day), []).append(claim)
    return {place: Sheet.of(place[1], claims) for place, claims in found.items()}


def claim_of(record: Record) -> Claim:
    """One claim of an oracle world."""
    return Claim(
        start=minute_of(record["start"]),
        end=minute_of(record["end"]),
        before=record["bufferBefore"],
        after=record["bufferAfter"],
        places=record["places"],
        kind=KINDS[record["kind"]],
        id=bytes_of(record["id"]),
        expires_at=millis_of(record["expiresAt"]) if record["expiresAt"] else 0,
        replaces=bytes_of(record["replaces"]),
    )


def query_of(account: Record, asked: Record) -> SlotQuery:
    """The product's query for the oracle's."""
    of_account, ids = catalogue_of(account), ids_of(account)
    named = asked["resource"]
    return slot_query(
        of_account,
        of_account.branches[ids["branch", asked["branch"]]],
        [of_account.services[ids["service", key]] for key in asked["services"]],
        asked["party"],
        resource=of_account.resources[ids["resource", named]] if named else None,
        replaces=bytes_of(asked["replaces"]),
        ignoring=bytes_of(asked["ignoring"]),
    )


@dataclass(frozen=True)
class Scene:
    """A world, ready to be asked."""

    query: SlotQuery
    sheets: Sheets
    now: Millis
    first: Minute
    last: Minute
    names: dict[str, str]  # the key of every resource by its id

    def at(self, now: Millis) -> "Scene":
        """The same at another time."""
        return replace(self, now=now)

    def judgement(self) -> Judgement:
        """The engine's answer for the whole range."""
        return run(judge(StartWindow(self.query, self.sheets, self.now, self.first, self.last)))

    def reasons(self) -> dict[datetime, str | None]:
        """What the engine says of every start on the grid."""
        judgement = self.judgement()
        return {
            instant_of_minute(start): judgement.reason(start)
            for start in grid(self.query, self.first, self.last)
        }

    def source(self, **asked: Any) -> StartsSource:
        """What the same listing is computed from, with nothing known from before."""
        taken = self.snapshot(**asked)
        return StartsSource(taken, dates_of(taken), self.sheets)

    def snapshot(self, **asked: Any) -> Snapshot:
        """The listing of the range; `asked` are further fields of `SlotListingQuery`."""
        wish = {"first": self.first, "last": self.last, "party": self.query.party} | asked
        return Snapshot(
            listing=SlotListingQuery(
                self.query.branch.id, tuple(s.id for s in self.query.services), **wish
            ),
            query=self.query,
            now=self.now,
            first=self.first,
            last=self.last,
            sheet_versions=(),
            catalogue_version=1,
        )


def scene_of(account: Record, claims: list[Record], asked: Record, now: datetime) -> Scene:
    """A world of the oracle as a scene."""
    ids = ids_of(account)
    return Scene(
        query=query_of(account, asked),
        sheets=sheets_of(account, claims),
        now=millis_of(now),
        first=minute_of(asked["from"]),
        last=minute_of(asked["to"]),
        names={i: key for (kind, key), i in ids.items() if kind == "resource"},
    )
