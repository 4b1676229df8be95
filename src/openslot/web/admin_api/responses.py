"""What all responses of the admin API have in common."""

from pydantic import BaseModel, ConfigDict

from openslot.web.api.outcomes import Change, Outcome

__all__ = ["AdminResponse", "Answer", "Change", "Outcome"]


class AdminResponse(BaseModel):
    """A closed object: exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Answer = AdminResponse
