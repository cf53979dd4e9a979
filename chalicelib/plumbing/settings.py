"""The settings of a stage: read from the environment once, lazily, typed, all at once.

Nothing here has a default: a missing name is a broken deployment, and all missing names are in one
error. Nothing is read at import, so packaging needs no environment.
"""

import os
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, convert

from chalicelib.errors import BadInput

ClockSource = Literal["wall", "table"]


class Settings(Struct, frozen=True):
    """The environment of one stage; each field's name in capitals is its variable."""

    inbox_table: str
    cases_table: str
    facts_table: str
    log_table: str
    board_table: str
    registry_table: str
    vault_table: str
    signed_table: str
    signin_table: str
    sources_secret: str
    receipt_secret: str
    signin_secret: str
    log_key: str
    log_origin: str
    log_bucket: str
    sign_function: str
    open_function: str
    duban_stage: str
    duban_profile: str
    duban_calendar: str
    duban_region: str
    duban_clock: ClockSource
    source_rate: int  # events of one source a second, in one process
    feed_readers: int  # readers of the feed that may wait at once

    @property
    def is_local(self) -> bool:
        """Return whether this is a local stage, the only one whose clock may be moved."""
        return self.duban_clock == "table"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return all settings in *environment*, by default the process's own. Raises BadInput."""
    # Not `from os import environ`: Chalice's test client swaps the mapping during a call.
    source = os.environ if environment is None else environment
    names = {name: name.upper() for name in Settings.__struct_fields__}
    missing = [name for name in names.values() if not source.get(name)]
    if missing:
        zh, en = f"没有设定：{', '.join(missing)}", f"not set: {', '.join(missing)}"
        raise BadInput(zh=zh, en=en, where="environment")
    values = {field: source[name] for field, name in names.items()}
    if values["duban_clock"] not in ("wall", "table"):
        zh, en = "DUBAN_CLOCK 只能是 wall 或者 table", "DUBAN_CLOCK is either wall or table"
        raise BadInput(zh=zh, en=en, where="environment")
    for name in ("source_rate", "feed_readers"):
        number = values[name]
        if not (number.isascii() and number.isdigit() and int(number) > 0):
            zh = f"{name.upper()} 要写 1 以上的整数"
            en = f"{name.upper()} is a whole number of 1 or more"
            raise BadInput(zh=zh, en=en, where="environment")
    return convert(values, Settings, strict=False)
