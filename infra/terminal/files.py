"""Files that an operator names: read whole, if not too large; written whole, or not at all.

Into a pipe or a terminal it is written as it goes.
"""

import errno
import os
from contextlib import suppress
from pathlib import Path

from chalicelib.errors import BadInput, Bilingual
from infra.terminal.language import split_row

_MIB = 1024 * 1024
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)
_CAUSES = """\
ENOSPC EDQUOT EFBIG  磁盘已满，没有写成；请腾出空间后再试 | no room is left on the disk; free some
EROFS  这里的磁盘只读；请换一个位置 | the disk is read-only here; name another place
EACCES EPERM  无权写在这里；请核对目录的权限 | you may not write here; look at the folder's rights
ENOENT ENOTDIR  没有这个目录，请先建立 | there is no such folder; make it first
EEXIST  已有同名文件，不覆盖；请换一个名称 | is there already, and stays; name another
"""


def read_input_file(file: Path, most_mib: int) -> bytes:
    """Read *file*, of *most_mib* MiB at the most. Raises BadInput with its name."""
    try:
        if file.stat().st_size > most_mib * _MIB:
            zh, en = f"大于 {most_mib} MiB，请核对文件", f"larger than {most_mib} MiB"
            raise BadInput(zh=zh, en=en, where=str(file))
        return file.read_bytes()
    except OSError as error:
        raise unreadable(error, file) from error


def write_file(file: Path, body: bytes, *, replaces: bool = False) -> None:
    """Write *body* as *file*, whole or not at all. Raises BadInput with the cause.

    Only its owner can read a new file. One that is there is refused; if *replaces*, it is replaced
    and keeps its rights. Crash: `.new-…` is left beside it, unread; the operator removes it.
    """
    file = Path(os.path.realpath(file)) if replaces else file
    temporary = file.parent / f".new-{os.urandom(8).hex()}"
    try:
        if replaces and file.exists() and not file.is_file():  # a pipe or a terminal
            file.write_bytes(body)
            return
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(body)
            opened.flush()
            os.fsync(descriptor)
        if replaces:  # what may be replaced is no secret
            temporary.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
            temporary.replace(file)
        else:
            _link(temporary, file)
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)  # so that the new name is on the disk
        os.close(folder)
    except OSError as error:
        raise unwritable(error, file) from error
    finally:
        with suppress(OSError):  # what replaced a file lies there no more
            temporary.unlink()


def _link(temporary: Path, file: Path) -> None:
    """Give *temporary* the name *file* too. Raises OSError, as where that is taken."""
    try:
        os.link(temporary, file)
    except OSError as error:
        if error.errno not in _NO_LINKS or os.path.lexists(file):
            raise
        temporary.replace(file)  # as on a stick, that knows no links


def unreadable(error: OSError, file: Path | str) -> BadInput:
    """Return the refusal for a *file* that cannot be read."""
    en = f"cannot be read, look at its name and rights: {error.strerror or 'error'}"
    return BadInput(zh="读不出，请核对文件名和权限", en=en, where=str(file))


def unwritable(error: OSError, file: Path | str) -> BadInput:
    """Return the refusal for a *file* that cannot be written."""
    why, name = error.strerror or "error", errno.errorcode.get(error.errno or 0, "")
    causes = map(split_row, _CAUSES.splitlines())
    other = Bilingual(f"写不进：{why}", f"cannot be written: {why}")
    cause = next((text for names, text in causes if name in names.split()), other)
    return BadInput(zh=cause.zh, en=cause.en, where=str(file))
