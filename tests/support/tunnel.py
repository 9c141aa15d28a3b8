"""Ways to a server of this machine that speaks TLS."""

from __future__ import annotations

import socket
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

PIECE = 1 << 16


@contextmanager
def tunnel(port: int) -> Iterator[int]:
    """The port of a proxy that leads to ``port``, whatever name it is asked for; TLS is between the ends."""

    def connected(request: socketserver.StreamRequestHandler) -> socket.socket:
        while request.rfile.readline().strip():
            pass
        there = socket.create_connection(("127.0.0.1", port))
        request.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        return there

    with _serving(connected) as found:
        yield found


@contextmanager
def plain(port: int, certificate: Path) -> Iterator[int]:
    """A port that speaks without TLS what ``port`` speaks with it."""
    trusted = ssl.create_default_context(cafile=str(certificate))

    def connected(_: socketserver.StreamRequestHandler) -> socket.socket:
        there = socket.create_connection(("127.0.0.1", port))
        return trusted.wrap_socket(there, server_hostname="127.0.0.1")

    with _serving(connected) as found:
        yield found


@contextmanager
def _serving(connected: Callable[[socketserver.StreamRequestHandler], socket.socket]) -> Iterator[int]:
    class Handler(socketserver.StreamRequestHandler):
        rbufsize = 0

        def handle(self) -> None:
            with suppress(OSError), connected(self) as there:
                back = Thread(target=_copy, args=(there, self.connection), daemon=True)
                back.start()
                _copy(self.connection, there)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """All that comes, until one of the two goes."""
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
