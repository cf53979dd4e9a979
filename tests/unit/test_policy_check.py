"""`duban policy check`: verdicts, complaints, exit codes."""

from pathlib import Path

import pytest

from chalicelib.policy.shipped import OURS
from infra.cli.main import main
from tests.unit.policy_file import NEAR, RENEWAL, V_02, V_08, V_14, V_15, Writer, told


@pytest.fixture
def changed(tmp_path: Path) -> Writer:
    """The statutory profile with some texts replaced."""
    return Writer(tmp_path)


def test_of_what_is_shipped_the_default_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name all are checked. Those of places issue cards on models, and say so."""
    assert main(["policy", "check", "--json"]) == 1
    checked = [one for one in told(capsys)["profiles"] if one["profile"] in OURS]
    assert [one["profile"] for one in checked] == [*OURS]
    assert [one["ok"] for one in checked] == [True, False, False, False, False]
    assert checked[0]["faults"] == []
    faults = [fault for one in checked for fault in one["faults"]]
    assert {fault["key"] for fault in faults} == {"basis"}
    assert all("自动发牌的依据不是法律" in fault["reason"] for fault in faults)
    hunan = checked[2]
    assert hunan["version"].startswith("sha256:")
    assert {
        "entry": "clocks.acceptance",
        "reason": "counts by convention L, the profile by H",
    } in hunan["notes"]


RED_BEFORE = (
    'clock = "promise"\nrule = "V-03"\nlevel = "red"\npercent = 99\n'
    f'basis = [{{ law = "行政许可法#42" }}]\n\n[[threshold]]\n{V_02}'
)


@pytest.mark.parametrize(
    ("changes", "entry", "reason"),
    [
        (
            [(NEAR, "percent = 90"), (V_02, V_02.replace('over = "0wd"', "percent = 80"))],
            "threshold promise V-02 yellow",
            "80 % used: is met before its warning (90 % used)",
        ),
        (
            [(NEAR, 'over = "1wd"')],
            "threshold promise V-02 yellow",
            "over: is met before its warning (over by 1wd)",
        ),
        (
            [(V_02, RED_BEFORE)],
            "threshold promise V-03 red",
            "99 % used: is met before its yellow (over)",
        ),
        (
            [(V_08, V_08.replace("yellow", "red").replace('over = "0wd"', 'after_yellow = "3wd"'))],
            "threshold delivery V-08 red",
            "is never met: this clock has no yellow",
        ),
        (
            [(V_08, V_08.replace('over = "0wd"', 'after_yellow = "3wd"'))],
            "threshold delivery V-08 yellow",
            "is never met: this clock has no yellow",
        ),
        (
            [(V_14, V_14.replace('over = "0wd"', 'left = "3d"'))],
            "threshold acceptance V-14 yellow",
            "is never met: 3d left of a limit of 5wd",
        ),
        (
            [(V_08, f'{V_08}\nbasis = [{{ law = "行政许可法#44" }}]\n[[threshold]]\n{V_08}')],
            "threshold delivery V-08 yellow",
            "over: said already",
        ),
        (
            [(RENEWAL, 'basis = [{ law = "行政许可法#91" }]')],
            "clocks.renewal.limit",
            "行政许可法: there is no text of article 91",
        ),
        (
            [(RENEWAL, 'basis = [{ law = "行政许可法#32(4)" }]')],
            "clocks.renewal.limit",
            "行政许可法: article 32 has several paragraphs: write 32.1(4)",
        ),
    ],
)
def test_what_nobody_can_have_meant_is_a_fault(
    changed: Writer,
    changes: list[tuple[str, str]],
    entry: str,
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit 1: it can be read, and it is wrong."""
    assert main(["policy", "check", changed(*changes), "--json"]) == 1
    (checked,) = told(capsys)["profiles"]
    assert not checked["ok"]
    assert {"entry": entry, "reason": reason} in checked["faults"]


@pytest.mark.parametrize(
    ("change", "entry", "reason"),
    [
        (
            (V_14, V_14.replace('over = "0wd"', 'left = "5wd"')),
            "threshold acceptance V-14 yellow",
            "is met as soon as the clock begins: its limit is 5wd",
        ),
        (
            (V_14, V_14.replace('over = "0wd"', "percent = 0")),
            "threshold acceptance V-14 yellow",
            "is met as soon as the clock begins",
        ),
        (
            (NEAR, 'over = "0wd"'),
            "threshold promise V-02 yellow",
            "over: so is its warning",
        ),
        (
            (NEAR, 'left = "2wd"'),
            "threshold promise V-01 warning",
            "is met only by a limit in wd",
        ),
        ((V_08, V_14), "clocks.delivery", "has no threshold, so nothing is ever said of it"),
        ((V_15, ""), "conduct.V-15", "is not there, so this rule is not judged"),
        (
            ("officers = 2\n", "officers = 2\nautomatic = true\n"),
            "conduct.V-30.automatic",
            "a card is issued without a person (PIPL 24)",
        ),
        (
            ('level = "red"\nmost = 0', 'level = "yellow"\nmost = 0'),
            "conduct.V-18.level",
            "yellow, where the rule table has red",
        ),
    ],
)
def test_what_somebody_should_know_is_a_note(
    changed: Writer,
    change: tuple[str, str],
    entry: str,
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A note by itself is no negative result."""
    main(["policy", "check", changed(change), "--json"])
    (checked,) = told(capsys)["profiles"]
    assert {"entry": entry, "reason": reason} in checked["notes"]


@pytest.mark.usefixtures("english")
def test_a_later_point_in_another_unit_is_no_fault(
    changed: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether two days left come before nine tenths depends on the case."""
    file = changed((V_02, V_02.replace('over = "0wd"', 'left = "1wd"\npercent = 95')))
    assert main(["policy", "check", file]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: sound · 法定默认 · sha256:")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "statutory"', "id = ", "not TOML: Invalid value (at line 3, column 6)"),
        ("percent = 90", "percent = 101", "threshold 1.percent: must not be more than 100"),
        ('most = "15wd"', 'most = "15"', "extension.joint.most: not a limit: '15'"),
    ],
)
@pytest.mark.usefixtures("english")
def test_what_cannot_be_read_is_refused_whole(
    changed: Writer, old: str, new: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2 and one line with file, line or key, and reason; the others are checked as well."""
    file = changed((old, new))
    assert main(["policy", "check", file, "statutory"]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"duban: {file}: {complaint}")
    assert err.count("\n") == 1
    assert f"{file}: refused" in out
    assert "statutory: sound" in out
    assert main(["policy", "check", file, "statutory", "--json"]) == 2
    first, second = told(capsys)["profiles"]
    assert not first["ok"]
    assert first["refused"].startswith(f"{file}: {complaint}")
    assert second["ok"]


def test_all_mistakes_of_a_file_are_told_at_once(
    changed: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its line, as an import tells them; whoever mends one need not ask for the next."""
    file = changed(('most = "15wd"', 'most = "15"'), ('cutoff = "office"', 'cutoff = "late"'))
    assert main(["policy", "check", file]) == 2
    _, first, second = capsys.readouterr().out.splitlines()
    assert "[counting] cutoff：" in first
    assert "[extension.joint] most：" in second
    assert main(["policy", "check", file, "--json"]) == 2
    assert len(told(capsys)["profiles"][0]["mistakes"]) == 2


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        ("atlantis", "policy: no such profile: 'atlantis' (shipped: statutory, dongguan, "),
        ("no/such.toml", "no/such.toml: cannot be read, look at its name and rights"),
        ("..", "policy: no such profile: '..'"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_profile_that_is_not_there(
    named: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One clear line."""
    for arguments in (["check", named], ["diff", "statutory", named]):
        assert main(["policy", *arguments]) == 2
        assert capsys.readouterr().err.startswith(f"duban: {complaint}")


@pytest.mark.usefixtures("english")
def test_bytes_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is a file of any size read."""
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe")
    assert main(["policy", "check", str(file)]) == 2
    assert capsys.readouterr().err == f"duban: {file}: not UTF-8\n"
    file.write_bytes(b"#" * (1024 * 1024 + 1))
    assert main(["policy", "check", str(file)]) == 2
    assert capsys.readouterr().err == f"duban: {file}: larger than 1 MiB\n"
