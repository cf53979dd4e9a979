"""What a refusal says in Chinese: no words of a library's own, and nothing that says twice no."""

import pytest

from chalicelib.errors import Rejected
from chalicelib.intake.event import normalise
from chalicelib.plumbing.query import read_choice


def test_a_rule_that_nobody_may_report_is_refused_in_chinese() -> None:
    """As the library lists the rules today."""
    event = {
        "specversion": "1.0",
        "id": "1/found",
        "source": "hall",
        "subject": "1",
        "type": "irregularity.found",
        "time": "2026-11-20T09:00:00+08:00",
        "data": {"rule": "V-02", "found_by": "inspector", "text": "卷内无告知书"},
    }
    with pytest.raises(Rejected) as refused:
        normalise(event)
    assert "V-33、V-34" in refused.value.zh
    assert " or " not in refused.value.zh


def test_one_choice_is_no_list() -> None:
    """There is one state of claims to ask for."""
    with pytest.raises(Rejected) as refused:
        read_choice({"state": "foo"}, "state", ("contested",))
    assert refused.value.zh == "state 只能是：contested。"
