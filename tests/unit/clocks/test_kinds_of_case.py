"""Immediate, joint and forwarded cases (即办、联办、转报): DOMAIN §1.5, CLK-02, CLK-03, T-11."""

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.clocks.living import dues, findings_of, kinds, lamp_of, live
from tests.unit.told import MS, accepted, at, decided, extended, reported, suspended


class TestImmediate:
    """即办件: on the spot or on the same day; in office hours."""

    @pytest.mark.parametrize(
        ("when", "due"),
        [
            ("2026-03-02T10:00", "2026-03-02T17:30"),  # Monday
            ("2026-03-02T12:30", "2026-03-02T17:30"),  # over lunch
            ("2026-03-02T07:00", "2026-03-02T17:30"),  # before the office opens
            ("2026-03-02T17:29:59.999", "2026-03-02T17:30"),
            ("2026-03-02T17:30", "2026-03-03T17:30"),  # filed when the office had closed
            ("2026-03-06T20:00", "2026-03-09T17:30"),  # Friday night
            ("2026-03-07T10:00", "2026-03-09T17:30"),  # Saturday
            ("2026-09-20T10:00", "2026-09-20T17:30"),  # a Sunday that is worked
            ("2026-09-30T18:00", "2026-10-08T17:30"),  # the eve of the National Day holiday
        ],
    )
    def test_it_is_due_when_the_office_closes(self, when: str, due: str) -> None:
        """On the day, or on the next that is worked."""
        case = accepted(when, kind="immediate")
        assert dues(live(case, until=when)) == {"promise": due}
        assert findings_of(live(case, decided(due), until="2026-10-09"), "V-02") == []
        late = live(case, decided(at(due) + MS), until="2026-10-09")
        assert findings_of(late, "V-02") == [f"V-02 yellow {due}"]

    @pytest.mark.parametrize(
        ("promise", "due"),
        [
            ("4wh", "2026-03-03T11:00"),  # an hour and a half on Monday, the rest on Tuesday
            ("4h", "2026-03-02T20:00"),
            ("1wd", "2026-03-03T17:30"),
        ],
    )
    def test_a_promise_goes_before_the_day(self, promise: str, due: str) -> None:
        """Accepted on Monday at 16:00."""
        facts = live(accepted("2026-03-02T16:00", promise, kind="immediate"), until="2026-03-02")
        assert dues(facts) == {"promise": due}

    def test_the_laws_limit_is_no_promise_of_it(self) -> None:
        """Twenty days by law and an immediate item: due that day, and red in twenty."""
        facts = live(
            accepted("2026-03-02T10:00", statutory="20wd", kind="immediate"), until="2026-03-02"
        )
        assert dues(facts) == {"promise": "2026-03-02T17:30", "statutory": "2026-03-30T17:30"}

    def test_on_the_first_day_of_an_unpublished_year_it_is_held(self) -> None:
        """Which day of 2027 is worked first nobody has said yet: a warning may go, no card."""
        facts = live(accepted("2026-12-31T18:00", kind="immediate"), until="2027-02-01")
        assert kinds(facts) == {"warning.issued", "calendar.missing"}


class TestJoint:
    """联办件: 45 working days over all, and 15 more from the government (行政许可法 42(2))."""

    ACCEPTED, DUE, EXTENDED = "2025-08-25T10:00", "2025-10-31T17:30", "2025-11-21T17:30"

    def case(self, *more: Fact, until: str = "2025-10-30") -> list[Fact]:
        """The example T-11, with *more*."""
        return live(accepted(self.ACCEPTED, kind="joint"), *more, until=until)

    def test_the_limit_is_the_laws(self) -> None:
        """T-11: due 2025-10-31; nothing was promised, so there is no yellow card."""
        assert dues(self.case()) == {"statutory": self.DUE}
        assert findings_of(self.case(until="2025-11-01")) == [f"V-03 red {self.DUE}"]
        assert findings_of(self.case(decided(self.DUE), until="2025-12-01"), "V-02", "V-03") == []

    def test_a_promise_binds_first(self) -> None:
        """30 working days end on the make-up Saturday 10-11."""
        facts = live(accepted(self.ACCEPTED, "30wd", kind="joint"), until=self.ACCEPTED)
        assert dues(facts) == {"promise": "2025-10-11T17:30", "statutory": self.DUE}

    def test_the_government_extends_it(self) -> None:
        """T-11: 15 more are 2025-11-21."""
        more = extended("2025-10-30T10:00", "15wd", approved_by="head_of_government")
        facts = self.case(more, until="2025-11-22")
        assert dues(facts) == {"statutory": self.EXTENDED}
        assert findings_of(facts, "V-02", "V-03", "V-12") == [f"V-03 red {self.EXTENDED}"]

    @pytest.mark.parametrize(
        ("by", "approved_by", "ground"),
        [
            ("15wd", "head_of_authority", "wrong_level"),  # enough for one authority's own case
            ("16wd", "head_of_government", "too_long"),
        ],
    )
    def test_a_lower_level_or_more_waits_for_a_person(
        self, by: str, approved_by: str, ground: str
    ) -> None:
        """V-12: no more than fifteen are added, and those only perhaps by the wrong level."""
        facts = self.case(
            extended("2025-10-30T10:00", by, approved_by=approved_by), until="2025-11-22"
        )
        assert dues(facts)["statutory"] == self.EXTENDED
        assert findings_of(facts, "V-12") == [f"V-12 ({ground}) 2025-10-30T10:00"]
        in_doubt = f"V-03 (statutory) {self.DUE}" in findings_of(facts, "V-02", "V-03")
        assert in_doubt is (ground == "wrong_level")
        assert f"V-03 red {self.EXTENDED}" in findings_of(facts)

    @pytest.mark.parametrize(
        ("when", "more"),
        [
            ("2025-11-03T10:00", {"approved_by": "head_of_government"}),  # late
            ("2025-10-30T10:00", {"approved_by": "head_of_authority"}),  # by the wrong level
        ],
    )
    def test_what_is_wrong_with_it_is_by_the_joint_cases_own_law(
        self, when: str, more: dict[str, str]
    ) -> None:
        """行政许可法 42(2): the government's head and fifteen days, not 42(1)."""
        facts = self.case(extended(when, "15wd", **more), until="2025-11-04")
        (proposed,) = (fact for fact in facts if fact.text("rule") == "V-12")
        assert proposed.text("basis").startswith("《中华人民共和国行政许可法》第四十二条第二款")

    def test_one_authority_cannot_add_fifteen(self) -> None:
        """行政许可法 42(1): ten, and by its own head."""
        facts = live(
            accepted(self.ACCEPTED, "20wd"),
            extended("2025-09-01T10:00", "15wd", approved_by="head_of_authority"),
            until="2025-09-02",
        )
        assert findings_of(facts) == ["V-12 (too_long) 2025-09-01T10:00"]


class TestForwarded:
    """转报件: first review within 20 days of its own acceptance, then sent on (行政许可法 43)."""

    ACCEPTED, DUE = "2025-03-17T10:00", "2025-04-15T17:30"  # T-01

    def test_the_first_review_has_its_own_name(self) -> None:
        """And stands where the promise does."""
        facts = live(accepted(self.ACCEPTED, kind="forwarded"), until=self.ACCEPTED)
        assert dues(facts) == {"first_review": self.DUE, "statutory": self.DUE}
        facts = live(accepted(self.ACCEPTED, "10wd", kind="forwarded"), until=self.ACCEPTED)
        assert dues(facts) == {"first_review": "2025-03-31T17:30", "statutory": self.DUE}

    @pytest.mark.parametrize("end", ["forwarded", "decided", "returned"])
    @pytest.mark.parametrize("late", [0, 1])
    def test_to_send_it_on_ends_it(self, end: str, late: int) -> None:
        """V-11, not V-02, to the millisecond. 18 days are used by the close of Friday 04-11."""
        when = at(self.DUE) + late * MS
        facts = live(
            accepted(self.ACCEPTED, kind="forwarded"), reported(end, when), until="2025-06-01"
        )
        over = [f"V-11 yellow {self.DUE}", f"V-03 red {self.DUE}"] if late else []
        if end == "returned" and not late:
            over = [f"V-11 (ended_near_limit) {self.DUE}"]  # no decision, and nearly all time used
        assert findings_of(facts) == ["V-01 warning 2025-04-11T17:30", *over]
        assert lamp_of(facts) == "closed"

    def test_no_other_case_is_sent_on(self) -> None:
        """The clock of a case of one's own runs on."""
        sent = reported("forwarded", "2025-03-20T10:00")
        facts = live(accepted(self.ACCEPTED, "20wd"), sent, until="2025-04-16")
        assert findings_of(facts, "V-02") == [f"V-02 yellow {self.DUE}"]
        assert [f.text("reason") for f in facts if f.kind == "event.set_aside"] == [
            "not a case to send on"
        ]

    def test_what_the_upper_authority_does_is_not_its_case(self) -> None:
        """The decision that comes later has another clock, elsewhere."""
        facts = live(
            accepted(self.ACCEPTED, kind="forwarded"),
            reported("forwarded", "2025-03-20T10:00"),
            decided("2025-05-20T10:00", outcome="granted"),
            until="2025-08-01",
        )
        assert findings_of(facts) == []
        assert dues(facts).keys() == {"first_review", "statutory"}

    def test_a_procedure_left_open_outlasts_it(self) -> None:
        """Sent on is a normal end (DOMAIN PAU-05): five days from 03-18 are over on 03-25."""
        facts = live(
            accepted(self.ACCEPTED, kind="forwarded"),
            suspended("2025-03-18T10:00", approved="5wd"),
            reported("forwarded", "2025-03-20T10:00"),
            until="2025-04-01",
        )
        assert findings_of(facts)[-1] == "V-06 (procedure) 2025-03-25T17:30"
