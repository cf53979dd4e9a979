"""Limits as Chinese lists and ledgers write them: 10个工作日, 二十个工作日, 3个月 (DOMAIN LED-03).

Text in, a `Limit` out, or a ValueError that says in Chinese what to write. Nobody guesses a unit
(DFT-03): 5 and 5日 are refused, unless whoever asks says which days are meant.
"""

import re
import unicodedata
from collections.abc import Mapping

from chalicelib.intake.name_text import NoText
from chalicelib.policy.limit import MAX_AMOUNT, Limit, Unit

_UNITS: dict[str, tuple[Unit, int]] = {
    "wd": ("wd", 1), "工作日": ("wd", 1), "工作天": ("wd", 1),
    "d": ("d", 1), "自然日": ("d", 1), "日历日": ("d", 1), "日历天": ("d", 1), "自然天": ("d", 1),
    "wh": ("wh", 1), "工作小时": ("wh", 1), "工作时": ("wh", 1),
    "h": ("h", 1), "小时": ("h", 1), "mo": ("mo", 1), "月": ("mo", 1), "年": ("mo", 12),
}  # fmt: skip
UNIT_NAMES: Mapping[str, Unit] = {
    "工作日": "wd", "自然日": "d", "工作小时": "wh", "小时": "h", "月": "mo",
}  # fmt: skip
"""The unit by its usual name, the longer of two names first."""
_DAYS = ("日", "天")  # of which kind?
_AT_ONCE = frozenset(
    {"即办", "即时", "即来即办", "当场", "当日", "当天"}
    | {f"{when}{done}" for when in ("即时", "当场", "当日", "当天") for done in ("办结", "办理")}
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_LIMIT = re.compile(
    r"(?:自?受理(?:之日)?[起后])?(?P<amount>\d{1,5}|[零〇一二两三四五六七八九十百千]{1,7})"
    r"个?(?P<unit>[a-z\u4e00-\u9fff]{0,4}?)(?:以?内)?(?:办结|办理)?",
    re.ASCII,
)


def is_at_once(text: str) -> bool:
    """Return whether *text* says that a case is decided on the spot or on its day (即办)."""
    return _plain(text) in _AT_ONCE


def read_limit_words(text: str, unit: Unit | None = None) -> Limit:
    """Return the limit that *text* says; *unit* is that of a bare number. Raises ValueError."""
    match = _LIMIT.fullmatch(_plain(text))
    if match is None:
        zh = f"“{text[:20]}”不是期限；应写成 10个工作日、30个自然日、2个月，或 10wd、30d、2mo"
        raise NoText(zh=zh, en=f"{text[:20]!r} is not a limit; write 10wd, 30d or 2mo")
    amount, named = _amount(match["amount"]), match["unit"]
    if named in _UNITS:
        unit, times = _UNITS[named]
        amount *= times
    elif named and named not in _DAYS:
        zh = f"“{text[:20]}”的单位不认识；应写 工作日、自然日、小时、工作小时 或 月"
        raise NoText(zh=zh, en=f"the unit of {text[:20]!r} is unknown; write wd, d, h, wh or mo")
    elif unit is None or (named and unit not in ("wd", "d")):
        zh = f"“{text[:20]}”没有写明单位；应写成 {amount}个工作日 或 {amount}个自然日"
        raise NoText(zh=zh, en=f"{text[:20]!r} names no unit; write {amount}wd or {amount}d")
    if not 0 < amount <= MAX_AMOUNT:
        zh = f"“{text[:20]}”应在 1 至 {MAX_AMOUNT} 之间"
        raise NoText(zh=zh, en=f"{text[:20]!r} must be from 1 to {MAX_AMOUNT}")
    return Limit(amount, unit)


def _plain(text: str) -> str:
    """Return *text* without blanks, in half-width figures and lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _amount(text: str) -> int:
    """Return the number that *text* says in figures or in Chinese, up to thousands."""
    if text.isdigit():
        return int(text)
    amount, digit = 0, 0
    for letter in text:
        if letter in _PLACES:
            amount += (digit or 1) * _PLACES[letter]
            digit = 0
        else:
            digit = _DIGITS[letter]
    return amount + digit
