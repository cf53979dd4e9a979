"""Progress bars on stderr, and only on a terminal."""

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
