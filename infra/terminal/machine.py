"""What an operator's machine or a cloud refuses: a full disk, others' files, no UTF-8, rights.

Each is one line with what to do. Everything else that goes wrong stays an error of ours.
"""

import errno
import locale
import os
import pwd
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from chalicelib.errors import BadInput, Bilingual

_TRIAL_BYTES = 65536

_FULL = Bilingual(
    "磁盘已满，{where} 写不下；请腾出空间后再试",
    "no room is left on the disk for {where}; free some, then try again",
)
_READ_ONLY = Bilingual(
    "{where} 在只读的磁盘上；请把整个目录移到可写的磁盘上再试",
    "{where} is on a read-only disk; move the whole folder to one that can be written",
)
_FOREIGN = Bilingual(
    "{where} 属于用户 {owner}，{me} 无权访问；多半曾用 sudo 运行。请执行 sudo chown -R {me} {path}",
    "{where} is {owner}'s, not {me}'s, mostly after a run with sudo; run sudo chown -R {me} {path}",
)
_NO_FOLDER = Bilingual(
    "{where} 应为目录，却是文件；请移走它",
    "{where} should be a folder, and is a file; move it away",
)
_FAILING = Bilingual(
    "{where} 读写出错：磁盘可能已满或者损坏；请检查磁盘",
    "{where} cannot be read or written: the disk may be full or failing; look at it",
)
_UNREADABLE = Bilingual(
    "{where} 已损坏，或不是本程序写的；请移走它",
    "{where} is damaged, or not of this program; move it away",
)

_BY_ERRNO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM), _FOREIGN),
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST), _NO_FOLDER),
    errno.EIO: _FAILING,
    errno.EROFS: _READ_ONLY,
}
_BY_SQLITE = {
    **dict.fromkeys((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM), _FOREIGN),
    **dict.fromkeys((sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT), _UNREADABLE),
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FAILING,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
}
_SILENT = Bilingual(
    "云端没有应答，请检查网络后再试；本机环境没有运行时，先执行 duban up，保留数据的加 --keep",
    "the cloud does not answer; look at the network, then try again; on this machine: duban up,"
    " with --keep if it is kept",
)
_NOBODY = Bilingual(
    "没有可用的云账号凭据；请设好 AWS_PROFILE（或 AWS_ACCESS_KEY_ID 等）后再试",
    "no credentials for the cloud; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and the like",
)
_FORBIDDEN = Bilingual(
    "云端拒绝：凭据已失效，或者没有这项权限",
    "the cloud refuses: credentials that have expired, or lack this right",
)
_BUSY = Bilingual("云端限流，请稍后再试", "the cloud is throttling; try again later")
_OTHER = Bilingual("云端报错", "the cloud reports an error")

_UNCONNECTED = ("EndpointConnectionError", "ConnectionClosedError", "ProxyConnectionError")
_UNANSWERED = ("ConnectTimeoutError", "ReadTimeoutError", "HTTPClientError")
_UNNAMED = ("NoCredentialsError", "PartialCredentialsError")
_BY_CLASS = {
    **dict.fromkeys((*_UNCONNECTED, *_UNANSWERED), _SILENT),
    **dict.fromkeys((*_UNNAMED, "CredentialRetrievalError", "ProfileNotFound"), _NOBODY),
}
_EXPIRED = ("ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch")
_BY_WORD = {
    **dict.fromkeys((*_EXPIRED, "AccessDenied", "UnrecognizedClient"), _FORBIDDEN),
    **dict.fromkeys(("Throttl", "TooManyRequests"), _BUSY),
}
_LIBRARIES = ("botocore.", "pynamodb.")


def complaint(error: OSError | sqlite3.Error, path: Path | None = None) -> Bilingual | None:
    """Return the line for *error* at its file or *path*; None where the machine is not at fault."""
    if isinstance(error, OSError):
        words = _BY_ERRNO.get(error.errno or 0)
    else:
        words = _BY_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if words is None:
        return None
    named = getattr(error, "filename", None)
    place = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else path
    # Another user mostly owns all of the folder `.duban`.
    folders = (each for each in ([place, *place.parents] if place else []) if each.name == ".duban")
    names = {"path": next(folders, place) or "", "me": _user(os.geteuid()), "owner": _owner(place)}
    zh = words.zh.format(where=place or "输出", **names)
    return Bilingual(zh, words.en.format(where=place or "output", **names))


def try_disk(folder: Path) -> None:
    """Write something into *folder* and take it away again. Raises OSError where the disk refuses.

    Crash in between: a file without a meaning is left there, which the next try writes over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / "trial"
    try:
        with trial.open("wb") as file:
            file.write(bytes(_TRIAL_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        error.filename = str(folder)  # writing does not name it
        raise
    finally:
        trial.unlink(missing_ok=True)


def require_room(folder: Path, megabytes: int) -> None:
    """Raise BadInput where the disk of *folder* has less room than that."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        zh = f"磁盘将满：{folder} 处只剩 {free} MB，至少需要 {megabytes} MB；请腾出空间后再试"
        en = f"{free} MB are free at {folder}, and {megabytes} MB are needed; free some"
        raise BadInput(zh=zh, en=f"{en}, then try again")


def foreign_encoding() -> str:
    """Return the encoding of text on this machine; "" where it is UTF-8, as it has to be."""
    found = locale.getpreferredencoding(do_setlocale=False)
    return "" if found.lower().replace("-", "") == "utf8" else found


def no_utf8(found: str | None) -> Bilingual:
    """Return the line for text that is in the encoding *found*."""
    zh = f"本机的文字编码是 {found}，不是 UTF-8；请执行 export PYTHONUTF8=1 后再试"
    return Bilingual(zh, f"text is {found} here, not UTF-8; run: export PYTHONUTF8=1")


def not_utf8(words: Sequence[str]) -> Bilingual | None:
    """Return the line for the first of *words*, of a command line, that is not UTF-8; or None."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(word).decode("gb18030", errors="replace")
            zh = f"{shown!r} 不是 UTF-8；请把终端的编码设为 UTF-8 再试"
            return Bilingual(zh, f"{shown!r} is not UTF-8; set the terminal to UTF-8")
    return None


def _owner(path: Path | None) -> str:
    """Return the owner of *path*, or of the nearest folder above it that can be looked at."""
    for place in [path, *path.absolute().parents] if path else []:
        try:
            return _user(place.stat().st_uid)
        except OSError:
            continue
    return "?"


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def cloud_complaint(error: BaseException) -> Bilingual | None:
    """Return the line for *error* of a library that talks to the cloud; None for any other.

    The library of the tables wraps what the one below it raised: that says why.
    """
    if not type(error).__module__.startswith(_LIBRARIES):
        return None
    cause = getattr(error, "cause", None)
    why = cause if isinstance(cause, Exception) else error
    response = getattr(why, "response", None)
    code = str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""
    words = _BY_CLASS.get(type(why).__name__) or next(
        (words for word, words in _BY_WORD.items() if word in code), _OTHER
    )
    return Bilingual(f"{words.zh}（{why}）", f"{words.en} ({why})")
