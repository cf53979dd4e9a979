"""The statutory profile, changed here and there, in a file."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

STATUTORY = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_text("utf-8")
V_02 = 'clock = "promise"\nrule = "V-02"\nlevel = "yellow"\nover = "0wd"'
V_03 = 'rule = "V-03"\nlevel = "red"\nafter_yellow = "3wd"\nunless_answered = true'
NEAR = 'left = "2wd"\npercent = 90'
RENEWAL = 'basis = [{ law = "行政许可法#50.2" }]'
V_08 = 'clock = "delivery"\nrule = "V-08"\nlevel = "yellow"\nover = "0wd"'
V_14 = 'clock = "acceptance"\nrule = "V-14"\nlevel = "yellow"\nover = "0wd"'
V_15 = (
    "[conduct.V-15]             # 符合条件不予受理\n"
    'level = "yellow"\nbasis = [{ law = "行政许可法#72(1)" }]\n'
)


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
