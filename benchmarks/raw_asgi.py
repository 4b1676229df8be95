"""The least that Python can answer: one canned answer, a bare ASGI application on uvicorn.

`python -m benchmarks.raw_asgi PORT FILE`: FILE is JSON of status, headers and body (base64).
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import uvicorn


def application(canned: dict[str, Any]) -> Any:
    """An application that always answers the same."""
    headers = [(name.encode(), value.encode()) for name, value in canned["headers"]]
    start = {"type": "http.response.start", "status": canned["status"], "headers": headers}
    body = {"type": "http.response.body", "body": base64.b64decode(canned["body"])}

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send(start)
        await send(body)

    return answer


if __name__ == "__main__":
    uvicorn.run(
        application(json.loads(Path(sys.argv[2]).read_text())),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=2048,
    )
