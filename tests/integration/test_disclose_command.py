"""`duban disclose` and `duban check-disclosure`: what an applicant can show, and to whom."""

import json
from contextlib import contextmanager

import pytest

from chalicelib.cases.case_id import sealed_case
from chalicelib.lead.state import Sealed
from infra.cli import main
from infra.stack import services as stage_services
from tests.support.memory_stage import memory_world
from tests.support.published import publish

CASE = "hall:1"
APPLICANT = {"name": "王小明", "contact": "13800138000"}


@pytest.fixture
def known():
    """A county whose log is public, with a case about which something private is kept."""
    with memory_world("2026-11-02T09:00:00") as made:
        made.report(
            "case.received",
            "2026-11-02T08:30:00",
            item="X-01",
            department="Housing",
            region="370102",
            applicant=APPLICANT,
            title="店面",
        )
        made.accept("2026-11-02T09:00:00")
        made.accept("2026-11-02T09:00:00", "2", applicant={"name": "李四"})
        made.pump.drain()
        publish(made)
        yield made


@pytest.fixture
def duban(known, monkeypatch, capsys):
    """Give the command."""

    @contextmanager
    def here(_name):
        yield known.services

    monkeypatch.setattr(stage_services, "services_of", here)

    def run(*arguments):
        code = main.main(tuple(map(str, arguments)))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def vkey(known):
    """Give the log's key, as it is published."""
    ((_, body),) = [
        one for one in known.cloud.bucket.objects.items() if one[0].startswith("vkeys/")
    ]
    return body.decode().strip()


def test_what_can_be_disclosed_is_named_first(duban):
    """Names, no values."""
    code, out, _ = duban("disclose", CASE)
    assert code == 0
    assert out.split() == ["0", "case.received", "applicant.contact,", "applicant.name,", "title"]
    code, out, _ = duban("disclose", CASE, "--json")
    assert json.loads(out)["facts"][0]["fields"] == ["applicant.contact", "applicant.name", "title"]


def test_an_applicant_shows_a_name_and_nothing_else(duban, vkey, tmp_path):
    """The file proves the name to whoever has the log's key; the number beside it is not in it."""
    path = tmp_path / "mine.json"
    assert duban("disclose", CASE, "--field", "applicant.name", "--out", path)[0] == 0
    assert path.stat().st_mode & 0o077 == 0
    assert "13800138000" not in path.read_text("utf-8")
    code, out, err = duban("check-disclosure", path, "--vkey", vkey)
    assert (code, err) == (0, "")
    assert 'applicant.name = "王小明"' in out
    code, out, err = duban("check-disclosure", path, "--json")
    (entry,) = json.loads(out)["entries"]
    assert (entry["disclosed"], entry["leaf"]["n"]) == ({"applicant.name": "王小明"}, 0)
    assert vkey in err, "without a key of one's own, the file's is named"


def test_a_whole_field_is_all_its_parts(duban, vkey, tmp_path):
    """And several fields may be named."""
    path = tmp_path / "mine.json"
    fields = ("--field", "applicant", "--field", "title", "--fact", "0")
    assert duban("disclose", CASE, *fields, "--out", path)[0] == 0
    _, out, _ = duban("check-disclosure", path, "--vkey", vkey, "--json")
    (entry,) = json.loads(out)["entries"]
    assert entry["disclosed"] == {
        "applicant.contact": "13800138000",
        "applicant.name": "王小明",
        "title": "店面",
    }


def test_a_record_of_a_lead_is_opened_like_any_private_field(known, duban, vkey, tmp_path):
    """It is checked against the log, whose entry told nothing of it."""
    lead, path = "a" * 26, tmp_path / "lead.json"
    record = Sealed("open", known.services.now(), "收费超出公示标准", "k1", "c_x.2")
    event = record.event(lead, "b" * 26)
    known.services.inbox.notify(event["subject"], event, record.at)
    known.pump.drain()
    publish(known)
    assert duban("disclose", sealed_case(lead), "--field", "sealed", "--out", path)[0] == 0
    code, out, _ = duban("check-disclosure", path, "--vkey", vkey, "--json")
    (entry,) = json.loads(out)["entries"]
    assert code == 0
    assert json.loads(entry["disclosed"]["sealed"])["reason"] == "收费超出公示标准"
    changed = json.loads(path.read_text("utf-8"))
    changed["entries"][0]["leaf"] = changed["entries"][0]["leaf"].replace("sealed", "opened", 1)
    path.write_text(json.dumps(changed), "utf-8")
    assert duban("check-disclosure", path, "--vkey", vkey)[0] == 1


def test_a_forged_file_proves_nothing(duban, vkey, tmp_path):
    """Another's disclosure, another log's key."""
    mine, other = tmp_path / "mine.json", tmp_path / "other.json"
    duban("disclose", CASE, "--field", "title", "--out", mine)
    duban("disclose", "hall:2", "--field", "applicant.name", "--out", other)
    forged = json.loads(mine.read_text("utf-8"))
    stolen = json.loads(other.read_text("utf-8"))["entries"][0]["disclosures"]
    forged["entries"][0]["disclosures"] = stolen
    mine.write_text(json.dumps(forged), "utf-8")
    code, out, _ = duban("check-disclosure", mine, "--vkey", vkey)
    assert (code, "applicant.name" in out) == (1, True)
    wrong = "audit.example.gov/log+71026023+AYI/Tz/WqE3skOoof9rCN2YZPAxIcKy9Vdooj6slGm9r"
    assert duban("check-disclosure", other, "--vkey", wrong)[0] == 1
    assert duban("check-disclosure", other, "--vkey", vkey)[0] == 0


def test_bad_input_is_one_line(known, duban, tmp_path):
    """A field, a case, a fact that there is not; what is not public yet; no file; no key."""
    known.accept("2026-11-02T09:05:00", "3", title="新")
    known.pump.drain()
    written = tmp_path / "written.json"
    written.write_text("{}", "utf-8")
    for arguments in (
        ("disclose", CASE, "--field", "aplicant"),
        ("disclose", "hall:9"),
        ("disclose", CASE, "--fact", "1"),
        ("disclose", "hall:3", "--field", "title"),
        ("disclose", CASE, "--field", "title", "--out", written),
        ("check-disclosure", tmp_path / "none.json"),
        ("check-disclosure", written, "--vkey", "nonsense"),
    ):
        code, out, err = duban(*arguments)
        assert (code, out, err.count("\n")) == (2, "", 1), arguments
    assert duban("check-disclosure", written)[0] == 1


def test_what_is_shredded_cannot_be_disclosed(known, duban):
    """Not even by the operator."""
    known.services.vault.shred(CASE, 1)
    code, _, err = duban("disclose", CASE)
    assert (code, "已销毁" in err) == (2, True)
