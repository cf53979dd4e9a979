"""Progress bars on stderr, and only on a terminal."""

from collections.abc import Callable


def bar(what: str, size: int | None = None) -> Callable[[int], None]:
    """Open a bar for *what*; the function returned is told how far things are, out of *size*.

    Without *size* it counts.
    """
    from tqdm import tqdm

    # disable=None: tqdm itself looks whether stderr is a terminal.
    shown = tqdm(total=size, desc=what, unit="", unit_scale=True, disable=None)

    def show(done: int) -> None:
        shown.update(done - shown.n)
        if size is not None and done >= size:
            shown.close()

    return show
