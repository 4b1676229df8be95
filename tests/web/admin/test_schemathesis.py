"""Schemathesis drives the admin API by its OpenAPI document, from one example of each call.

All but `POST /apply`: a file that it makes up disables the client that it asks with.
"""

import asyncio
import copy
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from openslot.account_file.field_types import TEXT
from openslot.app import open_app
from openslot.settings import Settings
from openslot.web.admin_api.routes import ROUTES

from ..contract import name_of
from ..running import Running, running
from ..site import Site
from ..test_schemathesis import CHECKS
from ..world import World
from .described import ADMIN_OPENAPI
from .good import request_for, with_scopes

_CONTROLS = r"\x00-\x1f\x7f-\x9f"
# Python's expressions have no classes of Unicode; these are the same characters.
_TEXT = json.dumps(TEXT)
_TEXT_OF_PYTHON = json.dumps(
    TEXT.replace(r"\P{Cc}", f"[^{_CONTROLS}]").replace(r"\p{Cc}", _CONTROLS)
)
_DRIVEN = [o for o in ROUTES if o.path != "/apply"]


async def _prepared(settings: Settings, server: Running) -> tuple[dict[str, Any], str]:
    """The document, with a request that would succeed as the example of every call; a token."""
    document = copy.deepcopy(ADMIN_OPENAPI)
    app = await open_app(settings)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as http:
        site = Site(app, http, server.world)
        for operation in _DRIVEN:
            described = document["paths"][operation.path][operation.method.lower()]
            path, made = await request_for(site, operation)
            pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", operation.path)
            found = re.fullmatch(pattern, path)
            assert found is not None
            examples = {**found.groupdict(), **made.get("params", {})}
            for parameter in described["parameters"]:
                if parameter.get("name") in examples:
                    parameter["example"] = examples[parameter["name"]]
            if "json" in made:
                for content in described["requestBody"]["content"].values():
                    content["example"] = made["json"]
        bearer = with_scopes(site).bearer
    await app.close()
    del document["paths"]["/apply"]
    return document, bearer


@pytest.mark.slow
def test_it_finds_nothing_and_gets_everywhere(
    settings: Settings, peopled: tuple[Path, World], tmp_path: Path
) -> None:
    """Bounded to about a minute; the examples lead it to a good answer of every call."""
    file = tmp_path / "openapi.json"
    har = tmp_path / "report.har"
    with running(settings, peopled, tmp_path, max_body_bytes=0) as server:
        on = replace(settings, database_url=f"sqlite:///{tmp_path}/running.db")
        document, bearer = asyncio.run(_prepared(on, server))
        file.write_text(json.dumps(document).replace(_TEXT, _TEXT_OF_PYTHON))
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"), "run", file,
                "--url", f"http://127.0.0.1:{server.port}/admin/v1",
                "--header", f"Authorization: Bearer {bearer}",
                "--header", "X-TENANT-ID: acme",
                "--checks", ",".join(CHECKS), "--max-time", "45", "--max-examples", "10",
                "--report", "har", "--report-har-path", har,
                "--generation-database", "none", "--no-color", "--no-shrink",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    reached = {
        (entry["request"]["method"], entry["request"]["url"].partition("/admin/v1")[2])
        for entry in json.loads(har.read_text())["log"]["entries"]
        if entry["response"]["status"] < 300
    }
    missing = [
        name_of(o)
        for o in _DRIVEN
        if not any(
            method == o.method
            and re.fullmatch(re.sub(r"{\w+}", "[^/?]+", o.path) + r"(\?.*)?", url)
            for method, url in reached
        )
    ]
    assert missing == []
