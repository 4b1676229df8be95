"""Schemathesis drives the interface by its document, for a few seconds, from good examples."""

import asyncio
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from openslot.app import open_app
from openslot.settings import Settings
from openslot.web.docs.openapi.calendar_document import path_of
from openslot.web.later_routes import CALENDAR_DOCUMENT
from rounds import rounds

from ..running import Running, running
from ..site import Site
from ..world import PUBLIC_URL, World
from .good import CALLS, request_for
from .program import CALENDAR, program

pytestmark = [pytest.mark.slow, pytest.mark.prove]

SECONDS = rounds(some=8, many=600)
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
]


def test_nothing_that_is_made_up_gets_an_answer_that_is_not_described(
    settings: Settings, peopled: tuple[Path, World], tmp_path: Path
) -> None:
    """No fault of the server, no status, shape or header beyond the document's, and no way in."""
    with running(settings, peopled, tmp_path) as server:
        on = replace(settings, database_url=f"sqlite:///{tmp_path}/running.db")
        document, key = asyncio.run(_prepared(on, server))
        file = tmp_path / "openapi.json"
        file.write_text(document)
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"), "run", file,
                "--url", f"http://127.0.0.1:{server.port}",
                "--header", f"X-Api-Key: {key}",
                "--checks", ",".join(CHECKS), "--max-time", str(SECONDS), "--max-examples", "10",
                "--generation-database", "none", "--no-color", "--no-shrink",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"\b[1-9]\d* passed", done.stdout) or "No issues found" in done.stdout


async def _prepared(settings: Settings, server: Running) -> tuple[str, str]:
    """The document with a request that would succeed as the example of every call; a key."""
    document: Any = json.loads(CALENDAR_DOCUMENT.document(PUBLIC_URL))
    app = await open_app(settings)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as http:
        calling = await program(Site(app, http, server.world), customer_look_up=True)
        for number, route in CALLS.items():
            described = document["paths"][path_of(route)][route.method.lower()]
            path, body = await request_for(calling, number)
            examples = _examples(route.path, path)
            for parameter in described["parameters"]:
                if parameter.get("name") in examples:
                    parameter["example"] = examples[parameter["name"]]
            if body is not None and "requestBody" in described:
                described["requestBody"]["content"]["application/json"]["example"] = body
    await app.close()
    return json.dumps(document), calling.key


def _examples(pattern: str, path: str) -> dict[str, Any]:
    """What the parameters of a path are in a good one."""
    whole = path[1:] if path.startswith("//") else CALENDAR + path
    plain, *pairs = whole.split(";")
    found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern), plain)
    assert found is not None
    matrix: dict[str, Any] = dict(pair.split("=") for pair in pairs)
    if "servicePublicId" in matrix:
        matrix["servicePublicId"] = [matrix["servicePublicId"]]
    return {**found.groupdict(), **matrix}
