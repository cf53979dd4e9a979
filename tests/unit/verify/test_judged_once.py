"""What verifying a log costs, in counts: a leaf is parsed once, and nobody is judged needlessly."""

from datetime import timedelta

import pytest

from chalicelib.cases.bounded import MOST_REPORTS
from chalicelib.cases.fact import Fact
from chalicelib.instant import parse, text
from chalicelib.permit.decide import decide, evaluate
from infra.verify.issue import CappedIssues, Issue, remark
from infra.verify.leaf_form import _read_short
from infra.verify.report import VerifyReport
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.source import FolderSource
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.replay import MOST_CHANGES, SupervisionReplay, too_many
from infra.verify.supervision.withheld import reports_that_change
from infra.verify.trust import Trust
from tests.recorded.forgeries import _files, _leaves
from tests.recorded.week import KEPT
from tests.support.attacks import attack
from tests.support.call_count import calls_of
from tests.support.replayed import Leaf, verified
from tests.support.unpacked import unpack

pytestmark = pytest.mark.source  # a mutant has calls of its own
FILES = _files()
RULES = {name: body for name, body in FILES.items() if name.startswith("rules/")}
LEAVES = _leaves(FILES)
START, HOUR = parse("2025-09-24T02:00:00.000Z"), timedelta(hours=1)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> FolderSource:
    """The log of a week in a folder."""
    folder = tmp_path_factory.mktemp("week")
    unpack(KEPT, folder)
    return FolderSource(next(folder.rglob("checkpoint")).parent)


def test_each_leaf_is_parsed_once(week: FolderSource) -> None:
    """And so that the rules are known beforehand, those in which the log states them once more."""
    last = parse(max(leaf["rec"] for leaf in LEAVES))
    reader = VerifyingReader(Trust(), last, replay=SupervisionReplay)
    with calls_of(_read_short) as calls:
        report = verify_log(week, reader)
    assert (report.is_sound, report.is_replayed, report.size) == (True, True, len(LEAVES))
    stated = sum(leaf["k"] == "rules.adopted" for leaf in LEAVES)
    assert calls == {"_read_short": len(LEAVES) + stated}


def test_a_case_is_judged_at_the_end_and_where_something_may_follow() -> None:
    """For each judgement on record, late report, and fact from our own doors, once at the most."""
    ours = {leaf["case"] for leaf in LEAVES if "own" in leaf}
    permits = [leaf for leaf in LEAVES if leaf["case"] not in ours]
    with calls_of(decide) as calls:
        assert verified(LEAVES, RULES).is_sound
    cases = len({leaf["case"] for leaf in permits})
    assert cases <= calls["decide"] <= cases + sum(map(may_follow, permits))


def may_follow(leaf: Leaf) -> bool:
    """Whether somebody must look once more at what followed before *leaf*."""
    if "src" not in leaf:
        return True
    return parse(leaf["rec"]) - parse(leaf["at"]) > timedelta(minutes=10)


def flood(count: int) -> list[Leaf]:
    """The leaves of the week, and *count* more of one of its cases: stages that it entered."""
    number = next(n for n, leaf in enumerate(LEAVES) if leaf["k"] == "case.accepted")
    accepted, more = LEAVES[number], []
    for each in range(count):
        at = text(parse(accepted["rec"]) + timedelta(milliseconds=each + 1))
        key = "e_" + f"{each:026d}".translate(str.maketrans("0123456789", "abcdefghij"))
        said = {**accepted, "k": "stage.entered", "key": key, "data": {"stage": f"s{each}"}}
        more.append({name: said[name] for name in said if name != "d"} | {"at": at, "rec": at})
    return [*LEAVES[: number + 1], *more, *LEAVES[number + 1 :]]


def test_a_flood_of_reports_is_judged_as_often_as_one() -> None:
    """Twice as many reports of a case are twice the work, and no more judgements."""
    counts = []
    for size in (300, 600):
        with calls_of(decide, _read_short) as calls:
            assert verified(flood(size), RULES).is_replayed
        counts.append(calls)
    once, twice = counts
    assert once["decide"] == twice["decide"]
    assert twice["_read_short"] - once["_read_short"] == 300


def busy(count: int, minutes: int) -> list[Leaf]:
    """The leaves of the week, and *count* pauses of a case, each told so many *minutes* late."""
    accepted, more = next(leaf for leaf in LEAVES if leaf["k"] == "case.accepted"), []
    pause = {"procedure": "hearing", "approved": {"amount": 1, "unit": "wd"}}
    for each in range(count):
        at = parse(accepted["rec"]) + timedelta(minutes=each + 1)
        key = "e_" + f"{each:026d}".translate(str.maketrans("0123456789", "abcdefghij"))
        said = {name: accepted[name] for name in accepted if name != "d"}
        said |= {"k": "case.suspended", "key": key, "data": pause, "at": text(at)}
        more.append(said | {"rec": text(at + timedelta(minutes=minutes))})
    return sorted([*LEAVES, *more], key=lambda leaf: str(leaf["rec"]))


def refusals(count: int) -> list[Leaf]:
    """The leaves of the week, and *count* times an inspector refuses the same claim of one case."""
    accepted, more = next(leaf for leaf in LEAVES if leaf["k"] == "case.accepted"), []
    for each in range(count):
        at = text(parse(accepted["rec"]) + timedelta(minutes=each + 1))
        said = {name: accepted[name] for name in accepted if name not in ("d", "id", "src")}
        said |= {"k": "claim.refused", "key": f"duban/claim/0/{each}", "data": {"claim": 0}}
        more.append(said | {"at": at, "rec": at})
    return sorted([*LEAVES, *more], key=lambda leaf: str(leaf["rec"]))


def not_judged(report: VerifyReport) -> list[str]:
    """What *report* says of cases that are not judged again."""
    return [one.en for one in report.findings if "this case is not judged again" in one.en]


@attack("a case with hundreds of decisions, which keep a reader busy", "any reader")
def test_a_case_that_keeps_readers_busy_is_found_and_not_judged() -> None:
    """A few are judged, each; of more than any honest case can have none is."""
    counts = []
    for size in (5, MOST_CHANGES + 1):
        with calls_of(decide) as calls:
            report = verified(refusals(size), RULES)
        assert len(not_judged(report)) == (size > MOST_CHANGES)
        counts.append(calls["decide"])
    assert counts[0] > counts[1]


@pytest.mark.parametrize("more", [0, 1])
def test_just_so_many_decisions_of_a_case_are_judged(more: int) -> None:
    """As many as reports may act, twice: each is told, decided about, and decided about again."""
    ours = [
        Fact(n, "claim.refused", f"duban/claim/{n}", START, START, told=True, data={}, origin="a/1")
        for n in range(1 + MOST_CHANGES + more)
    ]
    assert (too_many(LoggedCase("hall/1", "c_1", ours, range(len(ours)))) is not None) == bool(more)


def test_what_a_flood_reports_beyond_the_most_is_not_judged_each() -> None:
    """A source alone cannot make a log unsound: of its reports only so many act."""
    late = [
        Fact(n, "case.suspended", f"e{n}", START, at, told=True, data={}, source="hall")
        for n, at in enumerate(START + n * HOUR for n in range(MOST_CHANGES))
    ]
    case = LoggedCase("hall/1", "c_1", late, range(MOST_CHANGES))
    changing = [fact.n for fact in reports_that_change(case)]
    assert changing == list(range(1, MOST_REPORTS))
    assert too_many(case) is None


def test_a_case_is_weighed_once_for_all_that_it_owes() -> None:
    """Many pauses owe a finding each: the case is the same for all of them."""
    counts = []
    for size in (5, 20):
        with calls_of(evaluate) as calls:
            assert not verified(busy(size, 0), RULES).is_sound
        counts.append(calls["evaluate"])
    assert counts[0] == counts[1]


def test_findings_of_a_hostile_log_are_counted_and_not_kept() -> None:
    """The first thousand of each kind, however many parts they come in; a remark says the rest."""
    issues, joined = CappedIssues(), CappedIssues()
    issues.extend(Issue(n, "I10", "错", "wrong") for n in range(1500))
    issues.extend(remark("I13", "注", "note", n) for n in range(1002))
    for _ in range(2):
        joined.extend(issues)
    report = VerifyReport("here")
    for issue in joined:
        report.add(issue)
    assert (report.counts["I10"], len(report.findings)) == (3000, 1000)
    assert (len(report.remarks), report.remarks[-1].en) == (1001, "and 1004 more of this kind")
