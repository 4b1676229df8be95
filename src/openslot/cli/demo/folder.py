"""The three files of a demo: its database, the master key, and all credentials."""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

from openslot.settings import SettingsError
from openslot.storage.private_files import replace_text


class DemoFolder:
    """The demo's files in one folder; only their owner can read secrets (mode 0600)."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "openslot-demo.db"
        self.key = folder / "openslot-demo.key"
        self.credentials = folder / "openslot-demo.json"

    def master_key(self) -> str:
        """The demo's master key, base64; made when there is no demo yet.

        Raises:
            SettingsError: there is a database, but no key to it.
        """
        if not self.key.exists():
            if self.database.exists():
                raise SettingsError(
                    f"{self.key} is gone, and {self.database} cannot be read without it. "
                    f"Remove {self.database} to begin a new demo"
                )
            replace_text(self.key, base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
        return self.key.read_text(encoding="ascii").strip()

    def saved(self) -> dict[str, Any]:
        """What `save` has written, or an empty mapping."""
        try:
            saved = json.loads(self.credentials.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return saved if isinstance(saved, dict) else {}

    def save(self, data: dict[str, Any]) -> None:
        """Saves the credentials, to be shown at the next start too."""
        replace_text(self.credentials, json.dumps(data, indent=2) + "\n")
