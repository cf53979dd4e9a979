"""A file that an operator names: read whole, if it is not too large."""

import os
from pathlib import Path

from chalicelib.errors import BadInput

_MIB = 1024 * 1024


def read_input_file(file: Path, most_mib: int) -> bytes:
    """Read *file*, of *most_mib* MiB at the most. Raises BadInput with its name."""
    try:
        if file.stat().st_size > most_mib * _MIB:
            zh, en = f"大于 {most_mib} MiB，请核对文件", f"larger than {most_mib} MiB"
            raise BadInput(zh=zh, en=en, where=str(file))
        return file.read_bytes()
    except OSError as error:
        raise unreadable(error, file) from error


def write_private_file(file: Path, text: str) -> None:
    """Write *text* into a new *file* that only its owner can read. Raises OSError.

    Crash here: a part of *text* is left in *file*, and the next call refuses to replace it.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)


def unreadable(error: OSError, file: Path | str) -> BadInput:
    """Return the refusal for a *file* that cannot be read."""
    en = f"cannot be read, look at its name and rights: {error.strerror or 'error'}"
    return BadInput(zh="读不出，请核对文件名和权限", en=en, where=str(file))


def unwritable(error: OSError, file: Path | str) -> BadInput:
    """Return the refusal for a *file* that cannot be written."""
    zh = "写不进：可能已有同名文件（不覆盖），或者没有权限、没有这个目录"
    en = f"cannot be written, and no file is replaced: {error.strerror or 'error'}"
    return BadInput(zh=zh, en=en, where=str(file))
