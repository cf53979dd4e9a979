"""The profiles that come with the code, read from `chalicelib/profiles`."""

from datetime import date
from functools import cache
from pathlib import Path

from chalicelib.errors import BadInput, Unknown
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.instrument import Instrument
from chalicelib.policy.profile import Profile
from chalicelib.policy.selection import Selection, read_selection

DEFAULT = "statutory"
OURS = (DEFAULT, "dongguan", "hunan", "meizhou", "yulin")
"""The profiles that the project maintains; a county may have put its own beside them."""


def list_profiles() -> tuple[str, ...]:
    """Return the names of the shipped profiles, the default first."""
    names = {file.stem for file in Path(__file__).parents[1].joinpath("profiles").glob("*.toml")}
    return DEFAULT, *sorted(names - {DEFAULT})


def load_selection(text: str, where: str) -> Selection:
    """Read a selection and every profile it names. Raises BadInput where one is missing."""
    selection = read_selection(text, where)
    for name in selection.names:
        try:
            load_profile(name)
        except Unknown as error:
            shipped = ", ".join(list_profiles())
            zh = f"没有规则文件 {name!r}（自带的有 {shipped}）"
            en = f"no such profile: {name!r} (shipped: {shipped})"
            raise BadInput(zh=zh, en=en, where=where) from error
    return selection


@cache
def load_profile(name: str, instrument: Instrument | None = None) -> Profile:
    """Return the shipped profile *name* with all its dates come; *instrument* replaces its own.

    Raises Unknown.
    """
    return load_dated_profile(name).of(date.max, date.max).with_instrument(instrument)


@cache
def load_dated_profile(name: str) -> DatedProfile:
    """Read the shipped profile *name*, of every day. Raises Unknown where there is none."""
    return read_dated_profile(profile_text(name), f"{name}.toml")


def profile_text(name: str) -> str:
    """Return the text of the shipped profile *name*. Its hash is the profile's version."""
    if not name.isidentifier():
        raise BadInput(zh=f"不是规则文件的名称：{name!r}", en=f"not a profile name: {name!r}")
    file = Path(__file__).parents[1].joinpath("profiles", f"{name}.toml")
    if not file.is_file():
        raise Unknown(f"policy:{name}")
    return file.read_text("utf-8")
