"""Materials that were asked for, compared with the service guide: how many should not have been.

行政许可法 31 (nothing beyond what the guide lists), 32 (all at once, and by name); 优化营商环境条例
44 (nothing that data sharing gives). Names may identify a person, so they stay private and only
the counts are for the record. Where the guide has no list to compare with, there is no count:
unknown is not zero. Names in two systems are never the same to the letter. A number, 原件 or 复印件
written beside a name does not make another material of it.
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


def count_materials(materials: Sequence[str], guide: Guide | None) -> dict[str, int]:
    """Count the *materials* that have no name, are not on the *guide*'s list, or are shared anyway.

    `catch_all` needs no guide; `unlisted` one that lists materials, `shared` one that says which
    are shared. A catch-all is not counted as unlisted again.
    """
    named = [name for name in materials if not is_catch_all(name)]
    counts = {"catch_all": len(materials) - len(named)}
    if guide is not None and guide.materials is not None:
        counts["unlisted"] = len(named) - _count_among(
            named, (*guide.materials, *(guide.shared or ()))
        )
    if guide is not None and guide.shared is not None:
        counts["shared"] = _count_among(named, guide.shared)
    return counts


def is_catch_all(name: str) -> bool:
    """Return whether *name* is a catch-all (其他有关材料) that names no material."""
    return _CATCH_ALL.search(plain(name)) is not None


def _count_among(names: Iterable[str], listed: Iterable[str]) -> int:
    plain_names = {plain(name) for name in listed}
    return sum(1 for name in names if plain(name) in plain_names)


def plain(name: str) -> str:
    """Return *name* as it is compared: without number, copies, brackets and spaces."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_QUOTES)
    text = _BRACKETS.sub("", "".join(text.split()))
    text = _NUMBER.sub("", text)
    return _COPY.sub("", text) or text
