"""`GET /log/entry/<case>.<number>`: where a fact is in the log, and what is promised of it."""

import hashlib
import json
import sys
from base64 import b64encode
from contextlib import nullcontext
from pathlib import Path

import pytest
from chalice.test import Client

import app
from chalicelib.lambdas.publish import publish
from chalicelib.log.receipts import Receipts
from chalicelib.log.tlog.signer import SeedSigner
from tests.stranger.notes import read_key, unbase64
from tests.stranger.tlog_proof import read_receipt
from tests.support.environment import environment
from tests.support.memory_stage import memory_world

DOCS = Path(__file__).parents[2] / "docs" / "log.md"
START = "2026-11-02T09:00:00"


@pytest.fixture(scope="module")
def county():
    """Give a county in which two cases are published and a third is committed only."""
    with environment(), memory_world(START) as made:
        # There are no secrets in memory.
        made.services.__dict__["receipts"] = Receipts("log.test/log", SeedSigner(bytes(32)))
        made.accept(START, "1", promise="1d")
        made.accept(START, "2")
        made.until("2026-11-03T18:00:00")
        publish(made.services)
        made.accept("2026-11-03T18:00:00", "3")
        made.pump.drain()
        yield made


@pytest.fixture
def get(county):
    """Give a function that asks for a path under /log: status and document."""
    client = Client(app.app).http

    def ask(path):
        answer = client.request("GET", f"/log/{path}")
        return answer.status_code, json.loads(answer.body)

    return ask


def test_every_fact_is_found_where_it_is(county, get):
    """By its case's public name, whoever's case it is; the log's own leaves tell the index."""
    rows = list(county.services.log_reader.rows(0))
    assert len(rows) > 8
    for index, row in enumerate(rows):
        leaf = json.loads(row["leaf"])
        status, found = get(f"entry/{leaf['case']}.{leaf['n']}")
        assert (status, found["index"], found["leaf"]) == (200, index, row["leaf"])
        hashed = hashlib.sha256(b"\0" + row["leaf"].encode()).digest()
        assert found["leaf_hash"] == b64encode(hashed).decode()


def test_what_is_not_published_yet_is_promised(county, get):
    """By a receipt that can be kept: ten minutes after it was recorded, in whole seconds."""
    _, published = get(f"entry/{county.snapshot('1').public_case}.0")
    assert published["state"] == "published"
    assert "deadline" not in published
    _, waiting = get(f"entry/{county.snapshot('3').public_case}.0")
    assert (waiting["state"], waiting["deadline"]) == ("committed", "2026-11-03T10:10:00.000Z")
    [vkey] = get("log.json")[1]["receipt_vkeys"]
    receipt = read_receipt(waiting["receipt"].encode(), read_key(vkey))
    assert receipt.hash == unbase64(waiting["leaf_hash"])
    assert receipt.by.isoformat() == "2026-11-03T10:10:00+00:00"


@pytest.mark.parametrize("name", ["", ".", "c_x.0", "{}.99", "{}.00", "{}.-1", "{}", "hall:1.0"])
def test_what_is_not_there_is_not_found(county, get, name):
    """No such case, no such number, no name at all, or one that is not public."""
    status, problem = get(f"entry/{name.format(county.snapshot('1').public_case)}")
    assert status in (404, 403 if not name else 404)
    assert "index" not in problem


def test_what_the_docs_say_checks_a_proof(county, get, tmp_path, monkeypatch, capsys):
    """The program in docs/log.md believes a true proof, and none that is another entry's."""
    program = DOCS.read_text("utf-8").split("```python\n")[1].split("```")[0]
    [vkey] = get("log.json")[1]["vkeys"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["check_proof.py", vkey])
    client = Client(app.app).http
    size = int(client.get("/log/checkpoint").body.split(b"\n")[1])
    for index, row in enumerate(list(county.services.log_reader.rows(0))[:size]):
        (tmp_path / "proof.txt").write_bytes(client.get(f"/log/proof/{index}").body)
        for leaf in (row["leaf"], "{}"):
            (tmp_path / "entry.json").write_text(json.dumps({"index": index, "leaf": leaf}))
            with nullcontext() if leaf != "{}" else pytest.raises(AssertionError):
                exec(compile(program, "check_proof.py", "exec"), {})
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == f"entry {size - 1} is in log.test/log, which has {size} entries"
    assert len(told) == size
