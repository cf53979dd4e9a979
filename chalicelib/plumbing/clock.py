"""The time: the wall clock, or in the local stage a clock that can be set and sped up.

The setting of the table clock is in the registry (CLOCK/CLOCK). Signatures are never judged by it.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, convert

from chalicelib import instant
from chalicelib.errors import BadInput, Rejected
from chalicelib.intake.fields import YEARS
from chalicelib.intake.json_text import bad_field
from chalicelib.policy.profile import Profile

if TYPE_CHECKING:  # PynamoDB is slow to import, and not every function uses it
    from chalicelib.plumbing.registry import Registry

Now = Callable[[], datetime]

_KEY = ("CLOCK", "CLOCK")
_COUNTING = "COUNTING"
MAX_SPEED = 1_000_000
# Or the region under which `duban feed` has a log counted as its map says.
REGION_PATTERN = "[0-9]{6}|replay-[0-9a-f]{8}"
_REGION = re.compile(REGION_PATTERN, re.ASCII)


def wall() -> datetime:
    """Return the time of the wall clock, in UTC and whole milliseconds."""
    return instant.whole(datetime.now(UTC))


class ClockSetting(Struct, frozen=True):
    """At wall time *set_at* the clock showed *now*; it runs *speed* times as fast as the wall."""

    set_at: datetime
    now: datetime
    speed: int

    def at(self, wall_now: datetime) -> datetime:
        """Return what the clock shows when the wall clock shows *wall_now*."""
        return self.now + self.speed * (wall_now - self.set_at)


class TableClock:
    """The local stage's clock. Never cached: every process must see it move at once."""

    def __init__(self, registry: "Registry", wall_clock: Now = wall) -> None:
        self._registry = registry
        self._wall = wall_clock

    def __call__(self) -> datetime:
        """Return the time."""
        setting = self.setting()
        try:
            return instant.whole(setting.at(self._wall()))
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC, microsecond=999_000)

    def setting(self) -> ClockSetting:
        """Return the clock's setting; unset it is the wall clock."""
        stored = self._registry.get(*_KEY)
        if stored is None:
            return ClockSetting(self._wall(), self._wall(), 1)
        return convert(stored, ClockSetting)

    def set(self, now: datetime | None = None, speed: int | None = None) -> None:
        """Set the clock to *now* (it may go back) or its *speed* or both; the other is kept."""
        old, set_at = self.setting(), self._wall()
        new_now = instant.text(old.at(set_at) if now is None else now)
        new_speed = old.speed if speed is None else speed
        body = {"set_at": instant.text(set_at), "now": new_now, "speed": new_speed}
        self._registry.put(*_KEY, body)

    def counting(self, region: str) -> dict[str, str]:
        """Return the counting of *region* that replaces the profile's; empty: none does."""
        return self._registry.get(_COUNTING, region) or {}

    def countings(self) -> dict[str, dict[str, str]]:
        """Return the counting of each region that does not count by its profile."""
        return dict(self._registry.documents(_COUNTING))

    def count_as(self, region: str, counting: dict[str, str]) -> None:
        """Save that *region* counts days by *counting* from now on, as a log that is fed needs it.

        Crash after it: the stage counts so already; the repeated request saves the same.
        """
        self._registry.put(_COUNTING, region, counting)


def read_clock_request(body: Any) -> tuple[datetime | None, int | None]:
    """Return now and speed of `PUT /v1/clock`: `{"now": T}`, `{"speed": N}` or both."""
    if not isinstance(body, dict) or not body or not body.keys() <= {"now", "speed", "counting"}:
        raise Rejected(
            422,
            zh='请求体写作 {"now": 时刻}、{"speed": 整数}，或两者并用。',
            en='the body is {"now": instant}, {"speed": whole number} or both',
        )
    now = _read_now(body["now"]) if "now" in body else None
    speed = body.get("speed")
    slowest = 0 if "now" in body else 1  # a clock stands still only at a time that is named
    if "speed" in body and (type(speed) is not int or not slowest <= speed <= MAX_SPEED):
        raise Rejected(
            422,
            zh=f"speed 是 1 到 {MAX_SPEED} 的整数；与 now 并用时可为 0，时钟即停在该时刻。",
            en=f"speed is a whole number from 1 to {MAX_SPEED}; beside now it may be 0, "
            "and the clock stands still there",
            field="speed",
        )
    return now, speed


def _read_now(text: object) -> datetime:
    if not isinstance(text, str):
        raise bad_field("now", "须是带时区偏移的时刻", "an instant with its offset is needed")
    try:
        now = instant.parse(text)
    except instant.NoInstant as error:
        raise bad_field("now", error.zh, str(error)) from error
    if now.year not in YEARS:
        first, last = YEARS.start, YEARS.stop - 1
        zh, en = f"须在 {first} 年至 {last} 年之间", f"must be in the years {first} to {last}"
        raise bad_field("now", zh, en)
    return now


def read_counting(body: Any, profile: Profile) -> tuple[str, dict[str, str]] | None:
    """Return region and overrides of `{"counting": {"region", "zone", "cutoff", "rest_day"}}`.

    None where there is none. Only *region* is needed; the overrides must fit *profile*.
    """
    counting = body.get("counting")
    if "counting" not in body:
        return None
    if not isinstance(counting, dict) or not all(isinstance(v, str) for v in counting.values()):
        zh = "region、zone、cutoff、rest_day，均为文字"
        en = "region, zone, cutoff and rest_day, each a text"
        raise bad_field("counting", zh, en)
    overrides = dict(counting)
    region = overrides.pop("region", "")
    if not _REGION.fullmatch(region):
        zh = "六位区划代码，或一份回放日志的区域名"
        en = "a division code of six digits, or the region of a replayed log"
        raise bad_field("counting.region", zh, en)
    try:
        profile.counted_as(overrides)
    except BadInput as error:
        zh = "zone 为时区名（如 Asia/Shanghai），cutoff 为 office 或时刻，rest_day 为 next 或 keep"
        en = (
            "zone is the name of one (such as Asia/Shanghai), cutoff is office or a time, "
            "rest_day is next or keep"
        )
        raise bad_field("counting", zh, en) from error
    return region, overrides
