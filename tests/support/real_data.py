"""Finds the real logs that tests use; none of their rows is in the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def receipt_log_path() -> Path:
    """Where the receipt-phase log of the CoSeLoG project is, if the data is here."""
    folder = Path(os.environ.get("DUBAN_DATA") or ROOT.parent / "shared" / "data")
    return folder / "receipt" / "receipt.xes.gz"


def receipt_log() -> Path:
    """The receipt-phase log of the CoSeLoG project; skips where the data is not here."""
    log = receipt_log_path()
    if not log.is_file():
        pytest.skip(f"no real data at {log.parents[1]} (set DUBAN_DATA to where it is)")
    return log


RECEIPT_MAP = """
format = "xes"
timezone = "Europe/Amsterdam"
activity = "concept:name"
time     = "time:timestamp"
[clock]
cutoff   = "24:00"
rest_day = "keep"
calendar = "CN"
[case]
id         = "concept:name"
accepted   = { attribute = "startdate" }
completed  = { attribute = "enddate" }
department = { attribute = "department" }
due        = { attribute = "deadline" }
[report]
crossings = [50, 75, 80, 90, 100, 150, 200]
"""
