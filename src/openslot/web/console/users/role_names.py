"""What roles and states of users are called."""

from openslot.identity.model.user import User
from openslot.web.page_kit.language.vocabulary import Words


def role_names(words: Words) -> dict[str, str]:
    """The roles, the least first."""
    return {
        "viewer": words.say("Viewer"),
        "desk": words.say("Desk"),
        "planner": words.say("Planner"),
        "administrator": words.say("Administrator"),
    }


def role_choices(words: Words) -> list[tuple[str, str]]:
    """The roles, for a list to choose from."""
    return list(role_names(words).items())


def state_name(words: Words, user: User) -> str:
    """Whether they can sign in."""
    if not user.active:
        return words.say("Disabled")
    return words.say("Active") if user.has_password else words.say("Invited")
