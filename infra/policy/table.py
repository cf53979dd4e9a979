"""The shipped profiles side by side, as docs/profiles.md shows them.

python -m infra.policy.table        writes the tables into the document anew
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from chalicelib.board.legend import met
from chalicelib.board.words import words
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile, shipped
from chalicelib.policy.threshold import CLOCKS, LEVELS, Threshold
from infra.policy.entries import entries

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "profiles.md"
BEGIN, END = "<!-- made by python -m infra.policy.table -->\n", "<!-- to here -->\n"
SAME, NONE = "=", "–"

_ZH, _EN = words("zh"), words("en")
_NUMBERS = {
    "counting.convention": "计时口径 · convention",
    **{f"clocks.{clock}.limit": f"{_ZH[f'clock_{clock}']} · {clock}" for clock in CLOCKS},
    "clocks.immediate.limit": "即办件 · immediate",
    "clocks.joint.limit": "联办件 · joint",
    "clocks.gap.before_promise": "容缺补正先于承诺时限 · gap before promise",
    "clocks.deemed_document.limit": "默认后出具文书 · deemed_document",
    "pause.needs": "特别程序须有 · pause needs",
    "extension.most": "延期上限 · extension",
    "joint_extension.most": "联办延期上限 · joint extension",
}


def tables() -> str:
    """Both tables: when something is issued, and the numbers behind it."""
    profiles = [load_profile(name) for name in shipped()]
    return "\n".join((*_thresholds(profiles), "", *_numbers(profiles), ""))


def _thresholds(profiles: list[Profile]) -> Iterator[str]:
    yield from _head("时限 · clock | 规则 · rule", profiles)
    rows = {(row.clock, row.rule, row.level) for one in profiles for row in _rows(one)}
    for clock, rule, level in sorted(rows, key=_place):
        cells = [_met(one, clock, rule, level) for one in profiles]
        named = f"{_ZH[f'clock_{clock}']} · {clock} | {rule} {_ZH[f'level_{level}']} · {level}"
        yield _line(named, cells)


def _numbers(profiles: list[Profile]) -> Iterator[str]:
    yield from _head("数值 · number", profiles)
    found = [entries(profile) for profile in profiles]
    for key, name in _NUMBERS.items():
        cells = [one[key].value if key in one else NONE for one in found]
        if set(cells) != {NONE}:
            yield _line(name, cells)


def _head(first: str, profiles: list[Profile]) -> Iterator[str]:
    columns = [*first.split(" | "), *(f"`{profile.id}`" for profile in profiles)]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"


def _line(first: str, cells: list[str]) -> str:
    """A cell that says what the statutory one says is only a sign: what differs shows."""
    shown = [cells[0], *(SAME if cell == cells[0] != NONE else cell for cell in cells[1:])]
    return f"| {first} | {' | '.join(shown)} |"


def _met(profile: Profile, clock: str, rule: str, level: str) -> str:
    rows = [
        row for row in _rows(profile) if (row.clock, row.rule, row.level) == (clock, rule, level)
    ]
    if not rows:
        return NONE
    return "<br>".join(_joined(rows, w) for w in (_ZH, _EN))


def _joined(rows: list[Threshold], w: Mapping[str, str]) -> str:
    return w["met_also"].join(met(row, w) for row in rows)


def _rows(profile: Profile) -> Iterator[Threshold]:
    for rows in profile.thresholds.values():
        yield from rows


def _place(row: tuple[str, str, str]) -> tuple[int, str, int]:
    clock, rule, level = row
    return [*CLOCKS].index(clock), rule, [*LEVELS].index(level)  # type: ignore[arg-type]


def put(text: str) -> str:
    """The document *text* with the tables as they are now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(put(DOCUMENT.read_text("utf-8")), "utf-8")
