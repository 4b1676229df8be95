"""A way to a server on which a token is refused once, and then a call comes too soon once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@contextmanager
def obstacle(url: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The address of the way, and what is asked there: path, and authorization of calls."""
    asked: list[tuple[str, str]] = []
    refusals = iter(((401, {}), (429, {"Retry-After": "1"})))

    class Obstacle(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """A call."""
            asked.append((self.path, self.headers["Authorization"]))
            status, headers = next(refusals, (200, {}))
            if status == 200:
                self._pass(b"")
            else:
                self._answer(status, b"{}", headers)

        def do_POST(self) -> None:
            """A request for a token."""
            asked.append((self.path, ""))
            self._pass(self.rfile.read(int(self.headers["Content-Length"])))

        def _pass(self, body: bytes) -> None:
            names = ("Authorization", "Content-Type", "X-ACCOUNT")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            answer = httpx.request(self.command, url + self.path, headers=headers, content=body)
            self._answer(answer.status_code, answer.content, {})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Obstacle) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
