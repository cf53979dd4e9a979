"""The days of a clock as lines to be read: which counted, as which number, and why."""

from collections.abc import Iterable, Iterator, Mapping

from infra.terminal.language import say

_WORDS = {
    "day of acceptance": "受理当日，不计入",
    "workday": "工作日",
    "make-up workday": "调休上班日",
    "weekend": "周末",
    "holiday": "节假日",
    "local day off": "当地放假或停止办公",
    "paused": "特别程序，不计入",
    "provisional workday": "工作日（暂定）",
    "provisional rest day": "休息日（暂定）",
    "outside office hours": "没有办公时间",
    "moved on": "顺延",
}
_USED = str.maketrans({"P": "", "T": "", "H": "小时", "M": "分", "S": "秒"})
_NOTHING = "PT0S"


def day_lines(days: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield a line for each day of *days*, which `CountedDay.written` returned."""
    counted = 0
    for day in days:
        counted += bool(day["counts"])
        number = f"{counted:>4}" if day["counts"] else "   –"
        why = str(day["why"])
        yield f"{day['date']} {number}  {say(_chinese(why), why)}{_used(day.get('used'))}"


def _used(length: object) -> str:
    """Return how much of the day counted, where time is counted by hours: `PT5H30M`."""
    if length in (None, _NOTHING):
        return ""
    return say(f"  计{str(length).translate(_USED)}", f"  counts {length}")


def _chinese(why: str) -> str:
    kinds, mark, notice = why.partition(" (")
    words = "：".join(_WORDS.get(word, word) for word in kinds.split(": "))
    return f"{words}（{notice.rstrip(')')}）" if mark else words
