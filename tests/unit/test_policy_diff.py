"""`duban policy diff`: what is told, exit codes; and a profile's file wherever a name does."""

from pathlib import Path

import pytest

from chalicelib.policy.instrument import MADE_UP
from chalicelib.policy.shipped import load_profile
from infra.cli.main import main
from infra.policy.difference import compare_profiles
from tests.unit.dated import LATER_YELLOW, RUNNING_YELLOW, text_with
from tests.unit.policy_file import RENEWAL, V_02, Writer, told


@pytest.fixture
def changed(tmp_path: Path) -> Writer:
    """The statutory profile with some texts replaced."""
    return Writer(tmp_path)


@pytest.mark.usefixtures("english")
def test_the_same_profile_does_not_differ(
    changed: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another comment is another version and says the same."""
    same = changed(("# The default policy", "# A default policy"))
    assert main(["policy", "diff", "statutory", same, "--json"]) == 0
    found = told(capsys)
    assert found["equal"]
    assert found["changes"] == found["basis"] == []
    assert found["old"]["version"] != found["new"]["version"]
    assert main(["policy", "diff", "statutory", same]) == 0
    assert capsys.readouterr().out == "the same numbers\n"


@pytest.mark.usefixtures("english")
def test_what_differs_is_told_old_and_new(
    changed: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Thresholds, clocks, parameters: one line each, in the first profile's order."""
    other = changed(
        (V_02, V_02.replace('over = "0wd"', 'over = "1wd"')),
        ('limit = "10wd"', 'limit = "3wd"'),
        ('cutoff = "office"', 'cutoff = "24:00"'),
        ('["basis", "notified_at", "approved"]', '["basis", "approver", "approved"]'),
        ('[["08:30", "12:00"], ["14:00", "17:30"]]', '[["09:00", "12:00"], ["13:00", "17:00"]]'),
        ("automatic = false          # a person confirms", "automatic = true  #"),
        (RENEWAL, 'basis = [{ law = "行政许可法#50" }]'),
    )
    assert main(["policy", "diff", "statutory", other]) == 1
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(
        [
            "threshold promise V-02 yellow: over → over by 1wd",
            "threshold publication V-28 yellow: over, once a person confirms → over",
            "office.sessions: 08:30-12:00, 14:00-17:30 → 09:00-12:00, 13:00-17:00",
            "counting.cutoff: office → 23:59:59.999",
            "clocks.delivery.limit: 10wd → 3wd",
            "pause.needs: basis, notified_at, approved → basis, approver, approved",
            "and another basis for 1 entries (--json shows them)",
        ]
    )


def test_only_another_basis_is_a_difference(
    changed: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is what a card is issued by."""
    other = changed((RENEWAL, 'basis = [{ law = "行政许可法#50" }]'))
    assert main(["policy", "diff", "statutory", other, "--json"]) == 1
    found = told(capsys)
    assert (found["equal"], found["changes"]) == (False, [])
    assert found["basis"] == [
        {
            "entry": "clocks.renewal.limit",
            "old": "《中华人民共和国行政许可法》第五十条第二款",
            "new": "《中华人民共和国行政许可法》第五十条",
        }
    ]


def test_an_instrument_is_compared_by_its_fields() -> None:
    """One that is not there has none."""
    shipped, own = load_profile("statutory"), load_profile("statutory", MADE_UP)
    names = ["document", "number", "date", "issuer", "authority", "code"]
    changes = compare_profiles(shipped, own).changes
    assert [(one.entry, one.old) for one in changes] == [
        (f"instrument.{name}", "") for name in names
    ]


def test_what_only_one_has(capsys: pytest.CaptureFixture[str]) -> None:
    """It is null in the other."""
    assert main(["policy", "diff", "statutory", "yulin", "--json"]) == 1
    changes = told(capsys)["changes"]
    assert {"entry": "ladder.yellow.respond", "old": "3wd", "new": None} in changes
    assert [
        {name: value for name, value in change.items() if name != "basis"}
        for change in changes
        if change["entry"].startswith("threshold")
    ] == [
        {
            "entry": "threshold promise V-01 warning",
            "old": "2wd left or 90 % used",
            "new": None,
        },
        {"entry": "threshold promise V-02 yellow", "old": "over", "new": None},
        {"entry": "threshold promise V-01 yellow", "old": None, "new": "90 % used"},
        {"entry": "threshold promise V-02 red", "old": None, "new": "over"},
    ]


@pytest.mark.parametrize("profile", ["hunan", "file"])
def test_a_file_counts_wherever_a_name_does(
    profile: str, changed: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in `duban due`: seven days from ten o'clock, by office time and by whole days."""
    named = changed(('"17:30"]', '"16:00"]')) if profile == "file" else profile
    arguments = ["due", "--from", "2018-10-15T10:00", "--limit", "7wd", "--json"]
    assert main([*arguments, "--profile", named]) == 0
    due_at = {"hunan": "2018-10-24T10:00:00.000+08:00", "file": "2018-10-24T16:00:00.000+08:00"}
    assert told(capsys)["due_at"] == due_at[profile]


@pytest.mark.usefixtures("english")
def test_a_change_with_a_date_says_for_whom_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Old and new with the basis; and what binds cases that are open."""
    later = tmp_path / "later.toml"
    later.write_text(text_with(LATER_YELLOW), "utf-8")
    assert main(["policy", "diff", "statutory", str(later)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "cases accepted before 2026-07-01:",
        "  the same numbers",
        "cases accepted from 2026-07-01 on:",
        "  threshold promise V-02 yellow: over → over by 2wd",
    ]
    later.write_text(text_with(RUNNING_YELLOW), "utf-8")
    assert main(["policy", "diff", "statutory", str(later), "--json"]) == 1
    periods = told(capsys)["periods"]
    assert [(each["accepted_from"], each["applies_to"]) for each in periods] == [
        (None, "accepted_from"),
        ("2026-07-01", "accepted_from"),
        ("2026-07-01", "running"),
    ]
    assert periods[2]["changes"] == [
        {
            "entry": "threshold promise V-02 yellow",
            "old": "over",
            "new": "over by 2wd",
            "basis": "《优化营商环境条例》第三十六条第二款",
        }
    ]
