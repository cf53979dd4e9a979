"""The loopback port of a local cloud: one that was named, or any that is free."""

import errno
import socket
import time

from chalicelib.errors import BadInput

USUAL = 8320
WAIT_SECONDS = 5.0  # whoever had it may be ending


def free_port() -> int:
    """Find a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(port: int) -> None:
    """Wait until nobody listens on *port*. Raises BadInput where somebody goes on doing so."""
    until = time.monotonic() + WAIT_SECONDS
    while error := _refusal(port):
        if error.errno != errno.EADDRINUSE:
            zh = f"端口 {port} 不能使用：{error.strerror}；请另选一个：--port N"
            raise BadInput(zh=zh, en=f"port {port} cannot be used; choose another one: --port N")
        if time.monotonic() > until:
            zh = f"端口 {port} 已被本机另一程序占用；请结束它，或另选一个：--port N"
            en = f"another program listens on port {port}; end it, or choose another one: --port N"
            raise BadInput(zh=zh, en=en)
        time.sleep(0.1)


def _refusal(port: int) -> OSError | None:
    with socket.socket() as probe:
        # As the server does: a port whose connections are merely closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as error:
            return error
    return None
