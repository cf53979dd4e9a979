"""docs/rights.md tells the table of rights as it is: made from chalicelib/people/rights.toml.

`python -m tests.unit.test_rights_page` writes the tables anew.
"""

import re
import tomllib
from pathlib import Path

import pytest

from chalicelib.people.caller import ROLES

ROOT = Path(__file__).parents[2]
PAGES = {"zh": ROOT / "docs/rights.md", "en": ROOT / "docs/rights.en.md"}
CELLS = {
    "zh": {
        "own": "本部门",
        "region": "本区域",
        "all": "全部",
        "": "–",
        "draft": "代拟",
        "note": "代记",
        "masked": "脱敏",
        "reason": "写明理由",
        "not_own": "回避",
        "not_confirmer": "非确认人",
        "sign": "可签名",
    },
    "en": {
        "own": "own",
        "region": "region",
        "all": "all",
        "": "–",
        "draft": "draft",
        "note": "note",
        "masked": "masked",
        "reason": "reason",
        "not_own": "not own",
        "not_confirmer": "not the confirmer",
        "sign": "may be signed",
    },
}
_TABLE = re.compile(r"(?<=<!-- rights.toml -->\n).*?(?=\n<!-- end -->)", re.DOTALL)


def lines(language):
    """Yield the lines of the table in a *language*."""
    words = CELLS[language]
    names = ("权利", "含义", "另外") if language == "zh" else ("right", "what it is", "besides")
    yield f"| {names[0]} | {names[1]} | {' | '.join(f'`{role}`' for role in ROLES)} | {names[2]} |"
    yield "|---|---|" + "---|" * (len(ROLES) + 1)
    text = (ROOT / "chalicelib/people/rights.toml").read_text("utf-8")
    for act, row in tomllib.loads(text).items():
        cells = [" · ".join(words[word] for word in row.get(role, "").split(" ")) for role in ROLES]
        marks = [words[mark] for mark in ("not_own", "not_confirmer", "sign") if row.get(mark)]
        parts = [f"`{act}`", row["name"][language], *cells, " · ".join(marks) or "–"]
        yield f"| {' | '.join(parts)} |"


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_the_table(language):
    """Whoever changes a right changes the page, and a reviewer sees it in words."""
    found = _TABLE.search(PAGES[language].read_text("utf-8"))
    assert found, f"{PAGES[language].name} has no table"
    assert found[0] == "\n".join(lines(language)), "python -m tests.unit.test_rights_page"


if __name__ == "__main__":
    for each, page in PAGES.items():
        text = page.read_text("utf-8")
        page.write_text(text.replace(_TABLE.findall(text)[0], "\n".join(lines(each))), "utf-8")
