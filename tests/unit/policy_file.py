"""The statutory profile, changed here and there, in a file."""

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from chalicelib.policy.data_quality import DataQuality, read_data_quality
from chalicelib.policy.reading import refused, within

STATUTORY = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_text("utf-8")
V_02 = 'clock = "promise"\nrule = "V-02"\nlevel = "yellow"\nover = "0wd"'
V_03 = 'clock = "statutory"\nrule = "V-03"\nlevel = "red"\nover = "0wd"'
NEAR = 'left = "2wd"\npercent = 90'
RENEWAL = 'basis = [{ law = "行政许可法#50.2" }]'
V_08 = 'clock = "delivery"\nrule = "V-08"\nlevel = "yellow"\nover = "0wd"'
V_14 = 'clock = "acceptance"\nrule = "V-14"\nlevel = "yellow"\nover = "0wd"'
V_15 = (
    "[conduct.V-15]             # 符合条件不予受理\n"
    'level = "yellow"\nbasis = [{ law = "行政许可法#72(1)" }]\n'
)

INSTRUMENT = """
[instrument]
document = "示例县政务服务电子监察办法"
number = "陇政办发〔2026〕3号"
date = 2026-03-01
issuer = "示例县人民政府办公室"
authority = "示例县行政审批服务局"
code = "陇"
"""
"""What a place adds by whose document its cards go out."""

REPEATED = """
[[repeated]]               # L-02 同一单位同一事项一年内再次黄牌 -> 红牌
level = "yellow"
count = 2
per = "item"
within = "year"
then = "red"
rule = "L-02"
basis = [{ law = "行政许可法#60" }]

[[repeated]]               # L-03 同一单位一季度内再次红牌 -> 督办
level = "red"
count = 2
per = "department"
within = "quarter"
then = "supervision"
rule = "L-03"
basis = [{ law = "行政许可法#60" }]
"""
"""What a place may add that has rules for repeated cards; the shipped profiles have none.

They are automatic, so in tests they rest on law; no law knows such a number.
"""

REPEATING = (
    STATUTORY.replace('id = "statutory"', 'id = "repeating"', 1).replace(
        '"V-48", "V-49"', '"L-02", "L-03", "V-48", "V-49"'
    )
    + REPEATED
)


def climbing_by(text: str, basis: str = '{ law = "行政许可法#60" }') -> str:
    """Return the profile *text* with a ladder that rests on *basis* at every level."""
    head, ladder = text.split("[ladder.warning]", 1)
    ladder, rest = ladder.split("[claims]", 1)
    ladder = re.sub(r"basis = \[.*?\]\n\n", f"basis = [{basis}]\n\n", ladder, flags=re.DOTALL)
    return f"{head}[ladder.warning]{ladder}[claims]{rest}"


def measure(table: dict[str, Any]) -> DataQuality:
    """Read the section `[data_quality]` as a profile does."""
    with refused("test.toml"), within("data_quality"):
        return read_data_quality(table)


class Writer:
    """Writes profiles into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *changes: tuple[str, str]) -> str:
        """Write the statutory profile with each of some texts replaced once; give the path."""
        text = STATUTORY
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        file = self.folder / "mine.toml"
        file.write_text(text, "utf-8")
        return str(file)


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    """The one JSON document on stdout."""
    return json.loads(capsys.readouterr().out)
