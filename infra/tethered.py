"""Run MiniStack for as long as whoever started it lives, and not a moment longer.

The starter holds the other end of our standard input. When it closes, on purpose or because the
starter was killed, we end, and the functions' workers with us, whatever they are doing: nothing
here is kept, so there is nothing to end in order.
"""

import os
import signal
import sys
import threading


def _follow_starter() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpid(), signal.SIGKILL)


def _take_all_for_bytes() -> None:
    """Have the gateway hand out bytes as bytes, to whoever asks however.

    The API's definition says so (`*/*` is a binary media type); MiniStack does not read that there,
    and would show base64 to a client that says nothing of what it accepts.
    """
    from ministack.services import apigateway_v1

    apigateway_v1._media_type_matches = lambda _media_type, _patterns: True  # noqa: SLF001


def main() -> None:
    """Start watching, then serve."""
    # The workers are of our process group, and nobody else is.
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=_follow_starter, daemon=True).start()
    from ministack.app import main as serve

    _take_all_for_bytes()
    sys.argv = ["ministack"]
    serve()


if __name__ == "__main__":
    main()
