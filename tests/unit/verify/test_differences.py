"""What a reader is told of two statements: names, and how a stage on trial counts."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from chalicelib.card.words import Titles
from chalicelib.policy.instrument import MADE_UP
from infra.verify.supervision.differences import differences
from infra.verify.supervision.rules import Rulebook, Statement
from tests.unit.verify.test_replay_parts import statement

BEFORE = replace(
    statement(0, datetime(2026, 11, 2, tzinfo=UTC)),
    titles=Titles({"V-01": "预警", "V-02": "逾期"}, {"1": "事项"}),
)


@pytest.mark.parametrize(
    ("after", "told", "counts"),
    [
        (
            replace(BEFORE, titles=Titles({"V-01": "预警", "V-02": "超期"}, {"2": "另一"})),
            "titles 1 事项 → —、2 — → 另一、V-02 逾期 → 超期",
            False,
        ),
        (replace(BEFORE, titles=None), "titles 1 事项 → —、V-01 预警 → —、V-02 逾期 → —", False),
        (
            replace(BEFORE, instrument=MADE_UP),
            f"the instrument of a stage on trial — → {MADE_UP}",
            True,
        ),
        (
            replace(BEFORE, counting={"43": {"from": "2026-01-01"}}),
            "how a stage on trial counts days {} → {'43': {'from': '2026-01-01'}}",
            True,
        ),
    ],
)
def test_each_change_is_told_with_what_was_and_is(
    after: Statement, told: str, *, counts: bool
) -> None:
    """Names count as no change of rules: a card keeps its words."""
    (found,) = differences(Rulebook([BEFORE, after]), BEFORE, after)
    assert (found.en, found.counts) == (told, counts)
