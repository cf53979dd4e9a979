"""Materials that were asked for, held against the service guide: how many were not to be asked.

行政许可法 31 (nothing beyond what the guide lists), 32 (all at once, and by name); 优化营商环境条例
44 (nothing that data sharing gives). Names may tell of a person, so they stay private and only
the counts are for the record. A count that nothing can be held against is not made: unknown is not
zero. Names in two systems are never the same to the letter; what a person writes beside a name
(its number, 原件, 复印件) does not make another material of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from chalicelib.policy.guide import Guide

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_NUMBER = re.compile(r"^(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.、,)]")
_COPY = re.compile(r"(?:原件|复印件|扫描件|副本|电子版|\d+份|[一二三四五六]份|及|和|与)+$")
_QUOTES = str.maketrans("", "", "《》“”\"'·")

# 兜底条款: a name that names nothing, so that anything may be asked under it (优化营商环境条例 35).
_CATCH_ALL = re.compile(
    r"(?:其[他它余](?:有关|相关|必要|所需|应当|需要|要求|提交|提供|出具|规定|的)*"
    r"|(?<![^的等及和与、,])(?:有关|相关|必要)的?)"
    r"(?:证明)?(?:材料|资料|文件|证件|手续|证明)(?:等)?$"
    r"|^(?:any|all)?(?:other|relevant|further|necessary|additional)+"
    r"(?:documents?|materials?|papers|evidence)$"
)


def counted(asked: Sequence[str], guide: Guide | None) -> dict[str, int]:
    """Count what of the *asked* has no name, is not on the *guide*'s list, or is shared anyway.

    `catch_all` needs no guide; `unlisted` one that lists materials, `shared` one that says which
    are shared. A catch-all is not counted as unlisted again.
    """
    named = [name for name in asked if not is_catch_all(name)]
    found = {"catch_all": len(asked) - len(named)}
    if guide is not None and guide.materials is not None:
        found["unlisted"] = len(named) - _among(named, (*guide.materials, *(guide.shared or ())))
    if guide is not None and guide.shared is not None:
        found["shared"] = _among(named, guide.shared)
    return found


def is_catch_all(name: str) -> bool:
    """Whether *name* (其他有关材料) leaves open what is meant."""
    return _CATCH_ALL.search(plain(name)) is not None


def _among(names: Iterable[str], listed: Iterable[str]) -> int:
    known = {plain(name) for name in listed}
    return sum(1 for name in names if plain(name) in known)


def plain(name: str) -> str:
    """What of a material's *name* is compared: without number, copies, brackets and spaces."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_QUOTES)
    text = _BRACKETS.sub("", "".join(text.split()))
    text = _NUMBER.sub("", text)
    return _COPY.sub("", text) or text
