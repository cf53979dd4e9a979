"""A due date in doubt 期限存疑 is shown as such: stored, in the case, in its line, on the board."""

from typing import Any

from chalicelib.board.view import due_row
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.snapshot_item import read_dues, write_dues
from chalicelib.cases.view import show_case, show_line
from chalicelib.permit.decide import evaluate
from chalicelib.permit.view import explain
from chalicelib.supervision.deciders import snapshot_of
from tests.unit.told import PROFILE, RULES, ZONE, File, accepted, at, suspended

NOW = "2026-06-12T10:00"
DOUBTFUL = suspended("2026-06-11T10:00", "expert_review", approved="")
SOUND = suspended("2026-06-11T10:00", "expert_review", approved="10wd")


def snapshot(pause: Any) -> CaseSnapshot:
    """The snapshot of a case of ten working days with a pause."""
    case = File(accepted("2026-06-08T10:00", "10wd"), pause)
    decision = case.decide_case(NOW)
    return snapshot_of("hall:1", "c_1", CaseHistory(case.facts), decision, at(NOW))


def test_it_is_stored_with_the_due_instant() -> None:
    """Read back as it was written; what is sure is written as before."""
    doubtful, sound = snapshot(DOUBTFUL).dues, snapshot(SOUND).dues
    assert (doubtful["promise"].in_doubt, sound["promise"].in_doubt) == (True, False)
    assert read_dues(write_dues(doubtful)) == doubtful
    assert (write_dues(sound) or "").count("true") == 0
    assert read_dues('{"promise": ["2026-06-23T09:30:00.000Z", null]}')["promise"].in_doubt is False


def test_the_case_its_line_and_the_board_say_so() -> None:
    """`in_doubt`, beside the later of the two instants."""
    for pause, is_doubtful in (DOUBTFUL, True), (SOUND, False):
        found = snapshot(pause)
        clocks = {clock["clock"]: clock for clock in show_case(found, [], at(NOW), ZONE)["clocks"]}
        shown = [
            clocks["promise"],
            show_line(found, at(NOW), ZONE),
            due_row(found, at(NOW), ZONE, {}),
        ]
        assert [each["in_doubt"] for each in shown] == [is_doubtful] * 3
        assert len({each["due_at"] for each in shown}) == 1


def test_the_explanation_names_both_readings_and_why() -> None:
    """Nothing excluded: 06-23; all of it counted: the pause is still open."""
    case = CaseHistory(
        fact.numbered(n) for n, fact in enumerate([accepted("2026-06-08T10:00", "10wd"), DOUBTFUL])
    )
    told = explain(evaluate(case, RULES), PROFILE, at(NOW))
    promise = next(clock for clock in told["clocks"] if clock["clock"] == "promise")
    assert promise["in_doubt"] is True
    assert "专家评审是否扣除时间存疑：没有写明批准的时限" in promise["explanation"]
    assert "以最长的30个工作日为限，超出部分照常计时" in promise["explanation"]
    assert (
        "都不计入的，到期时间为2026年6月23日17:30；都计入的，到期时间为暂停结束以后"
        in promise["explanation"]
    )
