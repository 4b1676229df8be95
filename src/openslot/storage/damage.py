"""Damage: what the engine itself says about the pages of a database."""

from dataclasses import dataclass

from openslot.storage.transactions import DatabaseUnavailable

REMEDY = (
    "Stop the servers, keep a copy of the file, and put a backup in its place with "
    "`openslot restore`"
)


class DatabaseDamaged(DatabaseUnavailable):
    """The database's engine calls it damaged. Repeating the request does not help.

    Stop the servers, run `openslot verify`, and put a backup in its place with `openslot restore`.
    """

    code = "database_damaged"
    title = "The database is damaged; its operator must restore a backup"


@dataclass(frozen=True, slots=True)
class Integrity:
    """What the engine's own check of a database has found."""

    done: tuple[str, ...] = ()  # which checks ran, as sentences
    left_out: tuple[str, ...] = ()  # which did not, and why
    findings: tuple[str, ...] = ()  # damage, in the engine's words
    remedy: str = REMEDY  # a sentence

    def refuse_damage(self, name: str, remedy: str = "") -> None:
        """Passes when nothing was found; `name` begins a sentence, another `remedy` may end it.

        Raises:
            DatabaseDamaged: something was.
        """
        if self.findings:
            found = "; ".join(self.findings)
            raise DatabaseDamaged(f"{name} is damaged: {found}. {remedy or self.remedy}")
