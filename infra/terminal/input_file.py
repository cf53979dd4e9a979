"""A file that an operator names: read whole, if it is not too large."""

from pathlib import Path

from chalicelib.errors import BadInput

_MIB = 1024 * 1024


def read_input_file(file: Path, most_mib: int) -> bytes:
    """Read *file*, of *most_mib* MiB at the most. Raises BadInput with its name."""
    try:
        if file.stat().st_size > most_mib * _MIB:
            raise BadInput(
                f"大于 {most_mib} MiB，请核对文件 / larger than {most_mib} MiB", str(file)
            )
        return file.read_bytes()
    except OSError as error:
        raise BadInput(_unread(error), str(file)) from error


def _unread(error: OSError) -> str:
    why = error.strerror or "error"
    return f"读不出，请核对文件名和权限 / cannot be read, look at its name and rights: {why}"
