"""Answers that many calls of the admin API share."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A closed object: exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Change(Answer):
    """One thing that was changed, or would be."""

    kind: str
    key: str
    action: str  # created, changed, deactivated, activated, deleted


class Outcome(Answer):
    """What a change did, or with `dryRun=true` would do."""

    changes: list[Change]
    stranded: list[str]  # ids of appointments that no longer fit; they are kept, and marked
