"""Run MiniStack for as long as whoever started it lives, and not a moment longer.

The starter holds the other end of our standard input. When it closes, on purpose or because the
starter was killed, we end; the functions' workers hang on pipes of ours and end with us.
"""

import os
import signal
import sys
import threading
import time

GRACE_SECONDS = 3.0


def _follow_starter() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def main() -> None:
    """Start watching, then serve."""
    threading.Thread(target=_follow_starter, daemon=True).start()
    from ministack.app import main as serve

    sys.argv = ["ministack"]
    serve()


if __name__ == "__main__":
    main()
