"""A profile as it is named in a command: one that is shipped by its name, any other by its path."""

from pathlib import Path

from chalicelib.errors import BadInput
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.profile import Profile, read_profile
from chalicelib.policy.shipped import list_profiles, load_profile, profile_text
from infra.terminal.files import read_input_file

MOST_MIB = 1


def choose_profile(named: str, where: str) -> Profile:
    """Read the profile that *where*, an argument, names. Raises BadInput."""
    if is_path(named):
        return read_profile(_read_text(Path(named)), named)
    if named in list_profiles():
        return load_profile(named)
    names = ", ".join(list_profiles())
    zh = f"没有规则文件 {named!r}（自带的有 {names}；其他的写文件名，以 .toml 结尾）"
    en = f"no such profile: {named!r} (shipped: {names}; a file ends in .toml)"
    raise BadInput(zh=zh, en=en, where=where)


def choose_dated_profile(named: str, where: str) -> DatedProfile:
    """Read the profile that *where*, an argument, names, of every day. Raises BadInput."""
    choose_profile(named, where)
    file, text = profile_file(named)
    return read_dated_profile(text, file)


def profile_file(named: str) -> tuple[str, str]:
    """Return the name of a profile's file, as complaints have it, and its text."""
    if is_path(named):
        return named, _read_text(Path(named))
    return f"{named}.toml", profile_text(named)


def is_path(named: str) -> bool:
    """Return whether *named* is a file's path and no shipped profile's name."""
    return named.endswith(".toml") or "/" in named


def _read_text(file: Path) -> str:
    try:
        text = read_input_file(file, MOST_MIB).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(zh="不是 UTF-8", en="not UTF-8", where=str(file)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")  # whatever ends lines: one version
