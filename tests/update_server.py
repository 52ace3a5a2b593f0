"""A static web server on loopback that can be told to misbehave."""

import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

Twist = Callable[[BaseHTTPRequestHandler, bytes], None]
MOST_SENT = 256 << 20  # bytes; an endless answer ends here, so that a test without limits fails


class UpdateServer:
    """Serves a folder; ``twists`` changes the answer for paths that end in a text."""

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.twists: dict[str, Twist] = {}
        self.sent = 0  # bytes of endless answers
        self.reached = threading.Event()  # somebody waits for a silent answer
        self.over = threading.Event()  # ends answers that wait
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        self.headers.append(dict(request.headers))
        path = self.folder / request.path.lstrip("/")
        content = path.read_bytes() if path.is_file() else None
        for end, twist in self.twists.items():
            if request.path.endswith(end):
                try:
                    twist(request, content or b"")
                except (BrokenPipeError, ConnectionResetError):
                    request.close_connection = True
                return
        if content is None:
            request.send_error(404)
            return
        _send(request, content)

    # -- how it can misbehave -------------------------------------------------------------------

    def endless(self, request: BaseHTTPRequestHandler, _content: bytes) -> None:
        """Send until nobody listens."""
        request.send_response(200)
        request.end_headers()
        while self.sent < MOST_SENT and not self.over.is_set():
            request.wfile.write(b" " * (1 << 16))
            self.sent += 1 << 16

    def silent(self, request: BaseHTTPRequestHandler, content: bytes) -> None:
        """Send the first byte, and then wait for ever."""
        request.send_response(200)
        request.send_header("Content-Length", str(max(len(content), 1000)))
        request.end_headers()
        request.wfile.write(b"{")
        self.reached.set()
        self.over.wait()

    def trickling(self, request: BaseHTTPRequestHandler, content: bytes) -> None:
        """Never be silent, and never come to an end either."""
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        for at in range(len(content) - 1):
            request.wfile.write(content[at : at + 1])
            if self.over.wait(0.005):
                break
        self.over.wait()

    def trickling_head(self, request: BaseHTTPRequestHandler, _content: bytes) -> None:
        """Never come to the end of the headers."""
        request.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while not self.over.wait(0.005):
            request.wfile.write(b"X: y\r\n"[:1])


def instead(content: bytes) -> Twist:
    """Answer with other bytes."""
    return lambda request, _content: _send(request, content)


def redirected(url: str) -> Twist:
    def answer(request: BaseHTTPRequestHandler, _content: bytes) -> None:
        request.send_response(302)
        request.send_header("Location", url)
        request.end_headers()

    return answer


def _send(request: BaseHTTPRequestHandler, content: bytes) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
