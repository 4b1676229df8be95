"""Why a database cannot be used, as an operator is told."""

import os
from pathlib import Path


def unusable(path: Path, done: str, error: Exception) -> str:
    """A sentence. SQLite says of a folder that cannot be written only that it opens no file."""
    why = str(error)
    if path.exists() and not os.access(path.parent, os.W_OK):
        why = f"the folder {path.parent} cannot be written ({error})"
    return f"The database at {path} cannot be {done}: {why}"
