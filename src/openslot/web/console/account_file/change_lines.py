"""What a file changes, a line for each thing."""

from dataclasses import dataclass

from openslot.account_file.apply import Applied
from openslot.web.page_kit.language.vocabulary import Words


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that is another one afterwards."""

    kind: str
    key: str
    action: str


def change_lines(applied: Applied, words: Words) -> list[ChangeLine]:
    """The lines, in the words of the page; a kind that has none is called as the file does."""
    kinds = _kinds(words)
    actions = _actions(words)
    return [
        ChangeLine(
            kinds.get(change.kind, change.kind),
            change.key,
            actions.get(change.action, change.action),
        )
        for change in applied.changes
    ]


def _kinds(words: Words) -> dict[str, str]:
    return {
        "account": words.say("Account"),
        "branch": words.say("Branch"),
        "service-group": words.say("Service group"),
        "service": words.say("Service"),
        "resource": words.say("Resource"),
        "service-combination": words.say("Combination of services"),
        "client": words.say("Client"),
        "api key": words.say("API key"),
        "webhook": words.say("Webhook"),
    }


def _actions(words: Words) -> dict[str, str]:
    return {
        "created": words.say("created"),
        "changed": words.say("changed"),
        "deactivated": words.say("deactivated"),
        "activated": words.say("activated"),
        "deleted": words.say("deleted"),
    }
