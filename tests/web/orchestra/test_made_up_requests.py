"""Schemathesis drives the interface by its document, for a few seconds, from good examples."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from databases import KINDS
from openslot.app import open_app
from openslot.settings import Settings
from openslot.web.docs.openapi.calendar_document import path_of
from openslot.web.later_routes import CALENDAR_DOCUMENT
from postgresql import Server
from rounds import rounds

from ..running import Running, running_on
from ..site import Site
from ..world import PUBLIC_URL, World
from .good import CALLS, request_for
from .program import CALENDAR, program

pytestmark = [pytest.mark.slow, pytest.mark.prove]

SECONDS = rounds(some=4, many=300)  # for each kind of database
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
]


@pytest.fixture(params=KINDS)
def prepared(
    request: pytest.FixtureRequest,
    settings: Settings,
    postgresql: Callable[[], Server],
    tmp_path: Path,
) -> Iterator[tuple[Settings, World]]:
    """A copy of a database of each kind, as settings, and what is in it."""
    if request.param == "postgresql":
        template, world = request.getfixturevalue("peopled_server")
        url = postgresql().make(template)
        yield replace(settings, database_url=url), world
        postgresql().drop(url)
    else:
        path, world = request.getfixturevalue("peopled")
        url = f"sqlite:///{shutil.copy(path, tmp_path)}"
        yield replace(settings, database_url=url), world


def test_nothing_that_is_made_up_gets_an_answer_that_is_not_described(
    prepared: tuple[Settings, World], tmp_path: Path
) -> None:
    """No fault of the server, no status, shape or header beyond the document's, and no way in."""
    on, world = prepared
    with running_on(on, world, tmp_path) as server:
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
