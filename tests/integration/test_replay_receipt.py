"""The replay of a real log of environmental permits gives the figures that were computed elsewhere.

"Receipt phase of an environmental permit application process (WABO), CoSeLoG project",
J.C.A.M. Buijs, 4TU.ResearchData: 1,434 cases, 8,577 events.
"""

import json
from pathlib import Path

import pytest

from infra.cli.main import main
from tests.support.real_data import RECEIPT_MAP, receipt_log

CROSSED = {"50": 1205, "75": 896, "80": 811, "90": 646, "100": 416, "150": 152, "200": 95}
CROSSED_OPEN = {"50": 92, "75": 63, "80": 54, "90": 44, "100": 39, "150": 30, "200": 26}


def test_the_receipt_log_gives_the_known_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Completion is the case's own end date, not its last event; dirty cases are kept."""
    log_map = tmp_path / "map.toml"
    log_map.write_text(RECEIPT_MAP, encoding="utf-8")
    assert main(["replay", str(receipt_log()), "--map", str(log_map), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["cases"], report["events"]) == (1434, 8577)
    assert (report["not_accepted"], report["without_due"]) == (0, 0)
    assert (report["closed"], report["closed_late"]) == (1329, 377)
    assert (report["open"], report["open_overdue"], report["breached"]) == (105, 39, 416)
    assert {percent: one["total"] for percent, one in report["crossed"].items()} == CROSSED
    assert {percent: one["open"] for percent, one in report["crossed"].items()} == CROSSED_OPEN
    late = {name: one["closed_late"] for name, one in report["by_department"].items()}
    assert late == {"General": 370, "Customer contact": 1, "Experts": 6}
    assert report["dirty"] == {
        "ended_before_start": 2,
        "event_before_start": 12,
        "event_after_end": 180,
        "unreadable_time": 0,
    }
    # A warning at 90 per cent, a yellow card at the deadline: the cards are the crossings.
    assert (report["cards"]["warning"], report["cards"]["yellow"]) == (646, 416)
