"""The migrations as PostgreSQL takes them: the same files, with the words that differ replaced.

What SQLite has and PostgreSQL lacks (`json_each` of a text, `->>`, `group_concat`) is made by a
migration of its own, so that statements are written once.
"""

import re
from importlib import resources

from openslot.storage import schema

# Texts are compared byte by byte, as SQLite does, whatever the database's language.
_WORDS = (
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    (re.compile(r"\bWITHOUT ROWID\b"), ""),
)
# For rows that no PostgreSQL has, since the tables were there before it could be used.
_OF_SQLITE = re.compile(r"-- sqlite:.*?-- \(sqlite\)\n", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")


def migrations() -> list[tuple[str, str]]:
    """Every migration as (name, SQL script), in order."""
    file = resources.files("openslot.storage") / "migrations" / "postgresql" / "0000_words.sql"
    words = ("0000_words", file.read_text(encoding="utf-8"))
    return [words, *((name, _translated(script)) for name, script in schema.migrations())]


def _translated(script: str) -> str:
    script = _COMMENT.sub("", _OF_SQLITE.sub("", script))
    for pattern, word in _WORDS:
        script = pattern.sub(word, script)
    return script
