"""What all responses of the admin API have in common."""

from pydantic import BaseModel, ConfigDict


class AdminResponse(BaseModel):
    """A closed object: exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)
