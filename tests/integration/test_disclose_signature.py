"""`duban disclose --field signature`: whoever is given the file checks who reported a fact."""

import json

import pytest
from chalice.test import Client

from app import app
from chalicelib.lambdas import publish
from tests.integration.test_operator_commands import duban
from tests.support.posted import posted
from tests.support.source_pair import SourcePair
from tests.support.stream_pump import StreamPump

__all__ = ["duban"]  # the fixture

CASE = "permits:370102-1"
MINE, OTHER = SourcePair("mine"), SourcePair("other")
DATA = {
    "item": "X-01",
    "department": "住房局",
    "region": "370102",
    "promise": {"amount": 5, "unit": "wd"},
    "applicant": {"name": "王小明", "contact": "13800138000"},
}


@pytest.fixture
def told(duban, served, wall):
    """Register a source and its key over the command, report a case, and publish the log."""
    duban("source", "add", "permits", "--departments", "any")
    assert duban("source", "key", "add", "permits", "--public", MINE.public)[0] == 0
    event = posted(
        "case.accepted", "2026-11-20T16:00:00+08:00", DATA, source="permits", subject="370102-1"
    )
    body = json.dumps(event, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/cloudevents+json", **MINE.headers(body, wall.at)}
    answer = Client(app).http.post("/v1/events", body=body, headers=headers)
    assert answer.json_body["signed"] == MINE.fingerprint
    StreamPump().drain()
    publish.run({})
    return body


@pytest.fixture
def vkey(served):
    """Give the log's key, as it is published."""
    (name,) = served.objects.names("vkeys/")
    return served.objects.get(name).decode().strip()


def disclosed(duban, tmp_path, *fields):
    """Disclose some fields; give the file."""
    path = tmp_path / f"{'-'.join(fields)}.json"
    names = [part for field in fields for part in ("--field", field)]
    code, _, error = duban("disclose", CASE, *names, "--out", path.as_posix())
    assert code == 0, error
    return path


def test_the_file_proves_who_reported_it(duban, told, vkey, tmp_path):
    """With the statement of the key beside it, all of it in one log; offline, for anybody."""
    _, out, _ = duban("disclose", CASE)
    assert out.endswith("applicant.contact, applicant.name, signature.body, signature.v1a")
    path = disclosed(duban, tmp_path, "signature")
    code, out, _ = duban("check-disclosure", path.as_posix(), "--vkey", vkey)
    assert (code, f"只有 permits 自己（公钥 {MINE.fingerprint}）能报送此项" in out) == (0, True)
    _, out, _ = duban("check-disclosure", path.as_posix(), "--vkey", vkey, "--json")
    key, fact = json.loads(out)["entries"]
    assert (key["leaf"]["k"], key["signed"], key["disclosed"]) == ("keys.adopted", False, {})
    assert (fact["leaf"]["k"], fact["signed"]) == ("case.accepted", True)
    assert fact["disclosed"]["signature.body"].encode() == told


def test_a_key_from_elsewhere_counts_before_that_of_the_file(duban, told, vkey, tmp_path):
    """Whoever has the source's key from the source itself need not believe the log about it."""
    path = disclosed(duban, tmp_path, "signature").as_posix()
    check = ("check-disclosure", path, "--vkey", vkey, "--key")
    assert duban(*check, MINE.public)[0] == 0
    code, out, _ = duban(*check, OTHER.public)
    assert (code, "不是已知的 permits 的公钥" in out) == (1, True)
    assert duban(*check, "whpk_")[0] == 2


def test_the_signature_may_be_shown_without_the_body(duban, told, vkey, tmp_path):
    """Then nothing personal is shown, and it is not checked; the digest binds the body to come."""
    path = disclosed(duban, tmp_path, "signature.v1a")
    assert "13800138000" not in path.read_text("utf-8")
    code, out, _ = duban("check-disclosure", path.as_posix(), "--vkey", vkey)
    assert (code, "未核验" in out, "签名成立" in out) == (0, True, False)


def test_a_field_beside_it_is_held_against_the_body(duban, told, vkey, tmp_path):
    """The applicant's name is the one that was signed."""
    path = disclosed(duban, tmp_path, "applicant.name", "signature")
    code, out, _ = duban("check-disclosure", path.as_posix(), "--vkey", vkey)
    assert (code, "签名成立" in out) == (0, True)


def test_without_the_statement_of_its_key_a_signature_proves_nothing(duban, told, vkey, tmp_path):
    """Whoever leaves it out of the file does not prove whose key it is."""
    path = disclosed(duban, tmp_path, "signature")
    document = json.loads(path.read_text("utf-8"))
    document["entries"] = document["entries"][1:]
    path.write_text(json.dumps(document), "utf-8")
    code, out, _ = duban("check-disclosure", path.as_posix(), "--vkey", vkey)
    assert (code, "不是已知的 permits 的公钥" in out) == (1, True)
