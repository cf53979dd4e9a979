"""The tallies are exact, however often and in whatever pieces the log is applied."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.board.counted import STEPS
from chalicelib.board.projection import Tally, changed_departments, project
from chalicelib.board.published_card import PublishedCard, apply_entry, card_id_of
from chalicelib.cases.stored_fact import LAMPS
from chalicelib.feed.entry import LogEntry
from tests.support.earlier import earlier_in
from tests.support.written_log import row

DEPARTMENTS = ("Housing", "Water", "")
CLAIMS = ("contested", "accepted", "refused", "overdue")
ENDINGS = ("case.withdrawn", "case.cancelled", "case.returned", "acceptance.withdrawn")
LEVELS = ("warning", "yellow", "red")
SIGNS = ("late_recording", "zero_time")
LEFT_OUT = ("history", "told_after_end")


def entry(index, case, was, now, **more):
    """Make an entry; *was* and *now* are (lamp, department)."""
    columns = {"department": now[1], "was": was[0], "was_in": was[1], "now": now[0]}
    return LogEntry.read_row(row(index, case, **{"kind": "case.accepted", **columns, **more}))


def card(level, department):
    """Make what the leaf of a card holds."""
    when = "2026-11-09T09:30:00.000Z"
    where = {"due_at": when, "noticed_at": when, "department": department}
    return {"level": level, "rule": "V-02", **where}


@st.composite
def logs(draw):
    """Draw a log of a few cases that change lamps and departments, are issued cards and flagged.

    A sign flags a case once: drawn again, it is an entry like any other. A case may turn out to be
    left out, or not to be, at any time; one that is closed and is not has days.
    """
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from("abcd"),
                st.sampled_from(LAMPS),
                st.sampled_from(DEPARTMENTS),
                st.sampled_from([None, *LEVELS, *SIGNS, *CLAIMS, *ENDINGS]),
                st.sampled_from(["", "", "", *LEFT_OUT]),
                st.integers(0, 9),
            ),
            max_size=40,
        )
    )
    stands: dict[str, tuple[str, str]] = {}
    entries = []
    seen: set[tuple[str, str]] = set()
    rated: dict[str, dict[str, object]] = {}
    for index, (case, lamp, department, extra, out, days) in enumerate(steps):
        more = {f"was_{name}": value for name, value in rated.get(case, {}).items()}
        rated[case] = {"left_out": out, "days": [9, days] if lamp == "closed" and not out else None}
        more |= rated[case]
        if extra in LEVELS:
            more |= {"kind": "card.issued", "data": card(extra, department)}
        elif extra in CLAIMS:
            more |= {"kind": f"claim.{extra}"}
        elif extra in ENDINGS:
            more |= {"kind": extra}
        elif extra and (case, extra) not in seen:
            more |= {"kind": "data.flagged", "data": {"rule": "V-27", "sign": extra}}
            seen.add((case, extra))
        now = (lamp, department)
        entries.append(entry(index, case, stands.get(case, ("", "")), now, **more))
        stands[case] = now
    return entries, stands


def follow(stored, cards, entries, log=None):
    """Apply *entries* as project does, and give what is stored then: tallies and cards."""
    about = {name: cards[name] for name in map(card_id_of, entries) if name in cards}
    earlier = earlier_in(log or entries)
    changed = changed_departments(entries, about, earlier)
    touched = {name: stored[name] for name in changed if name in stored}
    changes = project(touched, about, entries, earlier)
    return (
        {**stored, **{new.department: new for _, new in changes.tallies}},
        {**cards, **{new.card: new for _, new in changes.cards}},
    )


def in_pieces(entries, data):
    """Apply *entries* in pieces that may overlap, as runs do that follow crashes."""
    stored: dict[str, Tally] = {}
    cards: dict[str, PublishedCard] = {}
    reached = 0
    while reached < len(entries):
        start = data.draw(st.integers(0, reached))
        end = data.draw(st.integers(reached + 1, len(entries)))
        stored, cards = follow(stored, cards, entries[start:end], entries)
        reached = end
    return stored, cards


@given(logs(), st.data())
def test_tallies_count_where_every_case_stands(drawn, data):
    """Pieces, repetitions and overlaps of any kind give the count of the cases themselves."""
    entries, stands = drawn
    stored, _ = in_pieces(entries, data)
    lamps = Counter((lamp, department) for lamp, department in stands.values())
    for name, tally in stored.items():
        assert tally.lamps == {lamp: lamps[(lamp, name)] for lamp in LAMPS}
    assert {name for _, name in stands.values()} <= stored.keys()
    out = {one.case: one.left_out for one in entries}  # as each case is in the end
    counting = [one for one in entries if not out[one.case]]
    cards = Counter(entry.data["level"] for entry in entries if entry.issues_card)
    assert {level: sum(t.cards[level] for t in stored.values()) for level in LEVELS} == {
        level: cards[level] for level in LEVELS
    }
    _check_quality(counting, stored)
    _check_steps(counting, stored)
    _check_left_out([one for one in entries if out[one.case]], out, stored)


def _check_left_out(entries, out, stored):
    """A case that is left out counts as that, wherever it came, and as nothing else."""
    came: Counter[tuple[str, str]] = Counter()
    was: dict[str, str] = {}
    for one in entries:
        came[one.department, out[one.case]] += was.get(one.case) != one.department
        was[one.case] = one.department
    for name, tally in stored.items():
        assert all(tally.steps.get(why, 0) == came[name, why] for why in LEFT_OUT)


def _check_quality(entries, stored):
    """Each flag counts where its case was then; a case counts wherever it came."""
    flagged = Counter(
        (one.department, one.data["sign"]) for one in entries if one.kind == "data.flagged"
    )
    came: Counter[str] = Counter()
    was: dict[str, str] = {}
    for one in entries:
        came[one.department] += was.get(one.case) != one.department
        was[one.case] = one.department
    for name, tally in stored.items():
        assert tally.flagged == {s: flagged[name, s] for s in SIGNS if flagged[name, s]}
        assert tally.cases == came[name]
        assert all(number <= tally.cases for number in tally.flagged.values()), "no rate over 100%"


def _check_steps(entries, stored):
    """Each claim's fate counts where its case was then; so does each end, whatever brought it.

    The days of a case count where it is in the end.
    """
    steps: Counter[tuple[str, str]] = Counter()
    lamps: dict[str, str] = {}
    for one in {one.case: one for one in entries}.values():
        passed, excluded = one.days or (0, 0)
        steps[one.department, "days"] += passed
        steps[one.department, "excluded_days"] += excluded
    for one in entries:
        if one.kind.startswith("claim."):
            steps[one.department, one.kind.removeprefix("claim.")] += 1
        if one.now == "closed" and lamps.get(one.case) != "closed":
            steps[one.department, "closed"] += 1
            steps[one.department, "ended"] += one.kind in ENDINGS
        lamps[one.case] = one.now
    for name, tally in stored.items():
        counted = {step: number for step, number in tally.steps.items() if step not in LEFT_OUT}
        assert counted == {step: steps[name, step] for step in STEPS if steps[name, step]}


def test_a_claim_that_moves_no_lamp_is_counted():
    """An entry of it alone still reads and writes its department's tally."""
    was = ("closed", "Water")
    contest = entry(0, "a", was, was, kind="claim.contested")
    assert changed_departments([contest], {}, {}) == ["Water"]
    assert follow({}, {}, [contest])[0]["Water"].steps == {"contested": 1}


def test_only_the_end_of_an_open_case_without_a_decision_is_one():
    """Not one that closed before, nor a decision, nor an end that is set aside."""

    def steps(kind, was, now):
        tallies, _ = follow({}, {}, [entry(0, "a", (was, "Water"), (now, "Water"), kind=kind)])
        return {name: dict(tally.steps) for name, tally in tallies.items() if tally.steps}

    assert steps("case.withdrawn", "green", "closed") == {"Water": {"closed": 1, "ended": 1}}
    assert steps("case.decided", "green", "closed") == {"Water": {"closed": 1}}
    assert steps("case.withdrawn", "closed", "closed") == {}
    assert steps("case.withdrawn", "green", "green") == {}


@given(logs())
def test_applying_again_changes_nothing(drawn):
    """The second time, not even a tally is to be written."""
    entries, _ = drawn
    stored, cards = follow({}, {}, entries)
    again = project(stored, cards, entries, earlier_in(entries))
    assert (again.tallies, again.cards) == ((), ())


def test_a_card_is_published_without_anything_private():
    """It keeps the internal number for those who answer it, and its public name beside it."""
    found = apply_entry(
        PublishedCard("c_1.3"),
        entry(
            3,
            "1",
            ("green", "Water"),
            ("yellow", "Water"),
            kind="card.issued",
            data=card("yellow", "Water"),
        ),
    )
    assert found.is_issued
    assert (found.card, found.case, found.public_case, found.n) == ("c_1.3", "hall:1", "c_1", 3)
    assert not found.outage


def test_a_flag_counts_where_the_case_is():
    """It is no card, it moves no lamp, and it is counted once."""
    green = ("green", "Water")
    flag = entry(4, "1", green, green, kind="data.flagged", data={"sign": "zero_time"})
    stored, cards = follow({}, {}, [entry(3, "1", ("", ""), green), flag])
    assert (stored, cards) == follow(stored, cards, [flag])
    (tally,) = stored.values()
    assert (tally.cases, tally.flagged) == (1, {"zero_time": 1})
    assert (tally.lamps["green"], sum(tally.cards.values())) == (1, 0)
    assert (flag.issues_card, card_id_of(flag), cards) == (False, "", {})


def test_what_was_told_marks_nothing():
    """Only what supervision derived can."""
    told = entry(9, "1", ("", ""), ("green", "Water"), kind="card.rechecked", told=True)
    assert card_id_of(told) == ""
