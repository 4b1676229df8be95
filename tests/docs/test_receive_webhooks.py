"""What the page about webhooks says to paste works, with both of its receivers."""

import subprocess
from pathlib import Path

import pytest

from journeys.serving import installed
from journeys.town import account_file
from openslot.kernel.scopes import WEBHOOKS_MANAGE
from ports import free_port

from .guides import guide, shell_environment

pytestmark = pytest.mark.slow

_GUIDE = guide("how-to/receive-webhooks.md")
_NODE = Path(__file__).parents[1] / "interop" / "node" / "node_modules"
_NAMES = "export CLIENT_ID=from-the-operator CLIENT_SECRET=from-the-operator\n"


@pytest.mark.parametrize(
    ("program", "file"), [("python3", "receiver.py"), ("node", "receiver.mjs")]
)
def test_its_lines_do_what_it_says(tmp_path: Path, program: str, file: str) -> None:
    """In one shell; the receiver is started where the page says to try it out."""
    town = account_file()
    town["clients"][0]["scopes"].append(WEBHOOKS_MANAGE)
    installation = installed(tmp_path, town)
    client = installation.clients["acme", "website"]
    for name, content in _GUIDE.files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(_NODE)
    receiving = free_port()
    heading = 'curl -sS --fail-with-body -X POST -H "Authorization: Bearer $token" "$API/admin'
    assert heading in _GUIDE.script
    assert _NAMES in _GUIDE.script
    # What `node` starts has no other end; the program itself may be gone as soon as that is.
    ended = "trap 'pkill -P $! || true; kill $! || true' EXIT"
    listening = f"(exec 3<>/dev/tcp/127.0.0.1/{receiving}) 2>/dev/null"
    listens = f"until {listening}; do kill -0 $!; sleep 0.1; done"  # or it has failed to start
    started = f"{program} {file} {receiving} > heard.txt 2>&1 &\n{ended}\n{listens}\n"
    script = _GUIDE.script.replace(_NAMES, "")
    for said, meant in (
        ("export API=http://127.0.0.1:8000 ACCOUNT=acme\n", ""),
        ("https://crm.example.org/openslot", f"http://127.0.0.1:{receiving}/"),
        (heading, f"{started}{heading}"),
    ):
        assert said in script
        script = script.replace(said, meant)
    with installation.serving(webhook_allowed_networks="127.0.0.0/8") as server:
        done = subprocess.run(
            ["timeout", "300", "bash", "-euo", "pipefail"],
            input=script,
            env={
                **shell_environment(
                    installation,
                    API=server.url,
                    ACCOUNT="acme",
                    CLIENT_ID=client.client_id,
                    CLIENT_SECRET=client.client_secret,
                ),
                "NODE_NO_WARNINGS": "1",
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "heard.txt").read_text().split() == ["webhook.test"]
    assert "delivered" in done.stdout
    assert (tmp_path / "webhook.secret").read_text().startswith("whsec_")
