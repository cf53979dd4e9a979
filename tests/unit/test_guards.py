"""What a profile must not have before a stage that is not local judges by it."""

from pathlib import Path

import pytest

from chalicelib.policy.profile import read_profile
from infra.cli.main import main
from infra.policy.guards import Complaint, complaints
from infra.policy.lines import line_of
from tests.unit.policy_file import INSTRUMENT, STATUTORY, V_08, V_15, told

JINAN, MEIZHOU = "370102", "441402"
PROPOSAL = "documents.supervision_proposal"
LAW_44 = 'basis = [{ law = "行政许可法#44" }]'


def found(text: str, region: str = JINAN) -> list[Complaint]:
    """What is complained about in the profile *text*."""
    return complaints(read_profile(text, "mine.toml"), region)


def changed(*changes: tuple[str, str]) -> str:
    """The statutory profile with an instrument, and each of some texts replaced once."""
    text = STATUTORY + INSTRUMENT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def refusals(text: str, region: str = JINAN) -> list[tuple[str, str]]:
    """Entry and key of what refuses *text*."""
    return [(one.entry, one.key) for one in found(text, region) if not one.is_warning]


def test_the_statutory_profile_lacks_an_instrument_and_nothing_else() -> None:
    """Its times to answer are shorter than its appeal window: that is to be known."""
    assert refusals(STATUTORY) == []
    warned = [(one.entry, one.key) for one in found(STATUTORY)]
    assert warned == [("instrument", "document"), ("ladder.yellow", "respond")]
    assert [one.entry for one in found(changed())] == ["ladder.yellow"]


@pytest.mark.parametrize(
    ("change", "entry", "key"),
    [
        (('code = "陇"', 'code = "×"'), "instrument", "code"),
        (('number = "陇政办发', 'number = "×政办发'), "instrument", "number"),
        (("{authority}政监红", "×政监红"), "numbering", "red"),
        (('authority = "监察委员会"', 'authority = "×××监委"'), PROPOSAL, "authority"),
        (("建议你单位：一、立即纠正", "建议×局：一、立即纠正"), PROPOSAL, "body"),
        ((LAW_44, LAW_44), "", ""),
    ],
)
def test_a_placeholder_is_refused(change: tuple[str, str], entry: str, key: str) -> None:
    """Wherever it would be printed."""
    assert refusals(changed(change)) == ([(entry, key)] if entry else [])


@pytest.mark.parametrize(
    "basis",
    [
        '{ proposed = "逾期" }',
        '{ law = "行政许可法#44" }, { proposed = "牌种" }',
        '{ model = "12345热线办理规定", says = "次日" }',
        '{ local = "梅市府〔2008〕15号", says = "第四条" }',
    ],
)
def test_what_issues_by_itself_rests_on_law_or_on_a_document_of_the_place(basis: str) -> None:
    """A row is as strong as its weakest part."""
    row = f"{V_08}\nbasis = [{basis}]"
    assert row.replace(basis, '{ law = "行政许可法#44" }') in STATUTORY
    text = changed((f"{V_08}\n{LAW_44}", row))
    assert refusals(text) == [("threshold delivery V-08 yellow", "basis")]
    waits = row.replace("basis", "automatic = false\nbasis")
    assert refusals(changed((f"{V_08}\n{LAW_44}", waits))) == []
    assert bool(refusals(text, MEIZHOU)) == ("梅市府" not in basis)


def test_what_stands_beside_a_basis_weakens_nothing() -> None:
    """`see` is for people who read the profile."""
    row = f'{V_08}\nbasis = [{{ law = "行政许可法#44" }}, {{ see = "12345热线办理规定" }}]'
    assert refusals(changed((f"{V_08}\n{LAW_44}", row))) == []


def test_conduct_that_issues_by_itself_needs_law_too() -> None:
    """By default it waits for a person."""
    weak = V_15.replace("basis = [", 'automatic = true\nbasis = [{ proposed = "牌种" }, ')
    assert refusals(changed((V_15, weak))) == [("conduct.V-15", "automatic")]
    assert refusals(changed((V_15, V_15.replace("basis", "automatic = true\nbasis")))) == []


@pytest.mark.parametrize(
    ("respond", "is_short"),
    [("3wd", True), ("5wd", False), ("6d", True), ("7d", True), ("30d", False), ("2mo", False)],
)
def test_a_time_to_answer_may_be_shorter_than_the_time_to_appeal(
    respond: str, *, is_short: bool
) -> None:
    """Instants are compared, so the unit does not matter: seven days end before five at a feast."""
    text = changed(('respond = "3wd"\nthen = "red"', f'respond = "{respond}"\nthen = "red"'))
    assert any(one.entry == "ladder.yellow" for one in found(text)) == is_short


def test_a_complaint_names_the_line() -> None:
    """Of the key; of the table where the key is not written; the first where nothing is."""
    text = changed(("{authority}政监红", "×政监红"))
    lines = text.split("\n")
    assert "×政监红" in lines[line_of(text, "numbering", "red") - 1]
    row = lines[line_of(text, "threshold delivery V-08 yellow", "basis") - 1]
    assert row == LAW_44
    head = lines[line_of(text, "threshold delivery V-08 yellow", "automatic") - 1]
    assert head == "[[threshold]]              # V-08 逾期未送达"
    assert lines[line_of(text, "ladder.yellow", "respond") - 1] == 'respond = "3wd"'
    assert line_of(STATUTORY, "instrument", "document") == 1


def test_the_command_tells_all_of_it_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With file, line and key; exit 1. In its own region a local document is no model."""
    local = '[{ local = "梅市府〔2008〕15号", says = "第四条" }]'
    text = changed(
        ("{authority}政监红", "×政监红"),
        (f"{V_08}\n{LAW_44}", f"{V_08}\nbasis = {local}"),
    )
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    lines = text.split("\n")
    written = (f"basis = {local}", 'red = "×政监红〔{year}〕{number}号"', 'respond = "3wd"')
    weak, red, respond = (lines.index(line) + 1 for line in written)
    assert main(["policy", "check", str(file), "--region", JINAN]) == 1
    out = capsys.readouterr().out
    assert f"错误: {file}:{weak}: [threshold delivery V-08 yellow] basis：自动发牌" in out
    assert f"错误: {file}:{red}: [numbering] red：含占位符" in out
    assert f"提示: {file}:{respond}: [ladder.yellow] respond：" in out
    assert main(["policy", "check", str(file), "--region", MEIZHOU, "--json"]) == 1
    (checked,) = told(capsys)["profiles"]
    assert [fault["where"] for fault in checked["faults"]] == [f"{file}:{red}"]
