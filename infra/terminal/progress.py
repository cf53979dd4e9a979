"""How far a command is, on stderr: bars, only on a terminal, and lines."""

import sys
from collections.abc import Callable


def progress_bar(title: str, size: int | None = None) -> Callable[[int], None]:
    """Open a bar with *title*; return a function that sets the progress, out of *size*.

    Without *size* the bar only counts.
    """
    from tqdm import tqdm

    # disable=None: tqdm itself looks whether stderr is a terminal.
    bar = tqdm(total=size, desc=title, unit="", unit_scale=True, disable=None)

    def show(done: int) -> None:
        bar.update(done - bar.n)
        if size is not None and done >= size:
            bar.close()

    return show


def print_progress(line: str) -> None:
    """Print a line of progress on stderr; the result of a command goes to stdout."""
    print(line, file=sys.stderr, flush=True)
