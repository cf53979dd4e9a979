"""Which profile where: one for all, or others for some regions and what lies within them.

`statutory` · `statutory,43=hunan,6108=yulin`: the bare name is the default, a region is named by
its code or the first digits of it, and of several that cover a place the closest holds.
"""

from collections.abc import Mapping

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.region import covers, is_area, stem


class Selection(Struct, frozen=True):
    """The *default* profile's name, and those *by_area*, the closest first."""

    default: str
    by_area: tuple[tuple[str, str], ...] = ()

    def of(self, region: str) -> str:
        """Name the profile that cases of *region* are judged by."""
        return next((name for area, name in self.by_area if covers(area, region)), self.default)

    @property
    def text(self) -> str:
        """The selection as it is written."""
        return ",".join((self.default, *(f"{area}={name}" for area, name in self.by_area)))

    def with_areas(self, names: Mapping[str, str]) -> "Selection":
        """Return the selection in which other profiles hold, by area; the empty one is all."""
        by_stem = {stem(area): (area, name) for area, name in self.by_area}
        by_stem |= {stem(area): (area, name) for area, name in names.items() if area}
        return Selection(names.get("", self.default), _closest_first(by_stem))

    @property
    def names(self) -> tuple[str, ...]:
        """All profiles that are selected, the default first."""
        return tuple(dict.fromkeys((self.default, *(name for _, name in self.by_area))))


def read_selection(text: str, where: str) -> Selection:
    """Read a selection without checking that its profiles exist. Raises BadInput."""
    default = ""
    areas: dict[str, tuple[str, str]] = {}
    for part in (piece.strip() for piece in text.split(",")):
        area, equals, name = (piece.strip() for piece in part.rpartition("="))
        if not name:
            zh, en = f"{text!r} 里少了规则文件的名称", f"a profile's name is missing in {text!r}"
            raise BadInput(zh=zh, en=en, where=where)
        if not equals:
            if default:
                zh = f"{default!r} 和 {name!r} 不能都作默认"
                en = f"{default!r} and {name!r} cannot both be the default"
                raise BadInput(zh=zh, en=en, where=where)
            default = name
        elif not is_area(area):
            form = "statutory,43=hunan"
            zh = f"地区写行政区划代码的前几位，不是 {area!r}（写成 {form}）"
            en = f"a region is the first digits of its code, not {area!r} (write {form})"
            raise BadInput(zh=zh, en=en, where=where)
        elif stem(area) in areas:
            zh, en = f"地区 {area} 写了两次", f"region {area} is named twice"
            raise BadInput(zh=zh, en=en, where=where)
        else:
            areas[stem(area)] = area, name
    if not default:
        zh = f"默认用哪一个？{text!r} 里没有写"
        raise BadInput(zh=zh, en=f"which profile is the default? {text!r} names none", where=where)
    return Selection(default, _closest_first(areas))


def _closest_first(areas: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    closest = sorted(areas.items(), key=lambda area: (-len(area[0]), area[0]))
    return tuple(selected for _, selected in closest)
