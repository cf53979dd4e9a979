"""`duban draw verify`: the draws of a log, made again by anybody."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.cli.main import main
from tests.support.asker import Asker, data
from tests.support.attacks import signed
from tests.support.replayed import PublicWorld
from tests.support.samples import VALUE, drawn, office
from tests.support.shown_log import LOG, vkey


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county in which two of five files are drawn, and one of them exchanged."""
    with office() as made:
        ask = Asker(made.services)
        sample = drawn(made, ask)
        entry = data(ask("GET", f"/v1/samples/{sample}"))["drawn"][0]["entry"]
        body = {"entry": entry, "reason": "sick"}
        data(ask("POST", f"/v1/samples/{sample}/exchange", body=body), 202)
        made.close()
        yield made


def test_drawn_again_from_the_log_alone(
    county: PublicWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It shows who is drawn, who stands in, and where to compare the value."""
    folder = signed(tmp_path, county.leaves(), county.rules())
    arguments = ["draw", "verify", str(folder), "--vkey", vkey(LOG)]
    assert main([*arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["findings"]) == (True, [])
    (sample,) = report["samples"]
    shown = data(Asker(county.services)("GET", f"/v1/samples/{sample['id']}"))
    assert sample["drawn"] == [
        place["entry"] for place in shown["drawn"] if not place["replaced_by"]
    ]
    assert sample["exchanged"] == [shown["drawn"][0]["entry"]]
    assert (sample["value"], sample["listed"], sample["number"]) == (VALUE, 5, 2)
    assert main([*arguments, "--sample", sample["id"]]) == 0
    printed = capsys.readouterr().out
    assert "https://www.cwl.gov.cn" in printed
    assert f"1. {shown['drawn'][0]['entry']} → {shown['drawn'][2]['entry']}" in printed
    assert main([*arguments, "--sample", "a" * 26]) == 2


def test_what_differs_is_said(
    county: PublicWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another value was entered than the one that the ranking came of."""
    leaves = county.leaves()
    value = next(leaf for leaf in leaves if leaf["k"] == "sample.drawn")["data"]
    value["value"] = value["value"].replace("09", "10")
    folder = signed(tmp_path, leaves, county.rules())
    assert main(["draw", "verify", str(folder), "--vkey", vkey(LOG)]) == 1
    assert "与重新抽取的结果不同" in capsys.readouterr().out


def test_no_log_is_no_draw(tmp_path: Path) -> None:
    """Exit code 2: nothing there to read."""
    assert main(["draw", "verify", str(tmp_path)]) == 2
