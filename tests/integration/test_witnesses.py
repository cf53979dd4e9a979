"""Witnesses over real HTTP: what they remember, and what the log makes of their answers."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.log.quorum import Quorum
from chalicelib.log.tlog.note import (
    COSIGNATURE,
    Note,
    Vkey,
    cosign,
    read_note,
    verify_note,
)
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.witness import MAX_BYTES, Submission
from chalicelib.log.witnesses import Witnesses
from chalicelib.plumbing.registry import Registry
from infra.cli.main import main
from infra.witness.cosigner import Memory, log_name
from infra.witness.key import make_key, read_witness_key
from tests.support.witness import AT, FORKED, HONEST, KEY, ORIGIN, serving, witness


def test_a_witness_follows_a_log_and_forgets_nothing(tmp_path):
    """First sight, growth, the same again; what it shows carries both signatures."""
    with witness(tmp_path) as run:
        assert run.ask("GET", f"/{log_name(ORIGIN)}/checkpoint")[0] == 404
        status, line = run.submit(0, 3)
        assert (status, run.size()) == (200, 3)
        text = read_note(HONEST.note(3)).text
        cosigned = read_note(text.encode() + b"\n" + line)
        assert verify_note(cosigned, [run.vkey]) == {run.name: AT}
        assert run.submit(3, 260)[0] == 200
        assert run.submit(260, 260)[0] == 200
    with witness(tmp_path) as run:
        assert run.submit(0, 5) == (409, b"260\n")
        assert run.kind == "text/x.tlog.size"
        status, note = run.ask("GET", f"/{log_name(ORIGIN)}/checkpoint")
        assert (status, note.split(b"\n")[1]) == (200, b"260")
        assert verify_note(read_note(note), [KEY, run.vkey]) == {ORIGIN: None, run.name: AT}


def test_a_witness_cosigns_one_history_only(tmp_path):
    """Neither a fork, nor a log that was set back, nor a proof that is another's."""
    with witness(tmp_path) as run:
        run.submit(0, 3)
        assert run.submit(3, 5, FORKED)[0] == 422
        assert run.submit(3, 3, FORKED)[0] == 422
        assert run.submit(2, 3) == (409, b"3\n")
        body = Submission(3, HONEST.proof(2, 5), HONEST.note(5)).written
        assert run.ask("POST", "/add-checkpoint", body)[0] == 422
        assert run.size() == 3
        assert run.submit(3, 5)[0] == 200


def test_what_is_no_submission_is_refused(tmp_path):
    """Each with its status, and nothing is remembered of it."""
    with witness(tmp_path) as run:
        assert run.ask("POST", "/add-checkpoint", b"old\n")[0] == 400
        assert run.ask("POST", "/add-checkpoint", b"old 4\n\n" + HONEST.note(3))[0] == 400
        other = HONEST.submission(0, 3).replace(ORIGIN.encode(), b"log.test/two")
        assert run.ask("POST", "/add-checkpoint", other)[0] == 404
        assert run.ask("POST", "/add-checkpoint", b"x", Content_Length=str(MAX_BYTES + 1))[0] == 413
        assert run.ask("POST", "/add-checkpoint", b"x", Transfer_Encoding="chunked")[0] == 411
        for path in ("/", "/checkpoint", f"/{log_name(ORIGIN)[:-1]}/checkpoint", "/../x"):
            assert run.ask("GET", path)[0] == 404
        assert run.ask("POST", "/", HONEST.submission(0, 3))[0] == 404
        assert run.size() == 0


def test_a_connection_is_kept(tmp_path):
    """A refusal does not end it; a body that was not read does."""
    with witness(tmp_path) as run:
        connection = HTTPConnection("127.0.0.1", run.server.server_address[1], timeout=5)
        statuses = []
        for body in (b"old\n", HONEST.submission(0, 3), b"", HONEST.submission(3, 4)):
            connection.request("POST", "/add-checkpoint", body)
            answer = connection.getresponse()
            statuses.append(answer.status)
            answer.read()
            assert connection.sock is not None
        assert statuses == [400, 200, 400, 200]
        connection.request("POST", "/add-checkpoint", b"x", {"Content-Length": str(MAX_BYTES + 1)})
        assert connection.getresponse().headers["Connection"] == "close"
        connection.close()


def test_of_submissions_at_the_same_time_one_wins(tmp_path):
    """Nobody rolls another back: what was answered 200 was checked against what was kept then."""
    with witness(tmp_path) as run:
        run.submit(0, 2)
        raced(run, [run.submit] * 8)


def test_a_witness_that_was_started_twice_is_one(tmp_path):
    """By mistake, on one state: it does not cosign two histories, nor roll itself back."""
    with witness(tmp_path) as run, witness(tmp_path) as two:
        run.submit(0, 2)
        assert two.submit(0, 3, FORKED) == (409, b"2\n")
        raced(run, [run.submit, two.submit] * 4)


def raced(run, submits):
    """Submit different sizes at once; one is taken, and it is the one that is kept."""
    sizes = (4, 9, 30, 80, 3, 200, 7, 5)
    with ThreadPoolExecutor(len(sizes)) as pool:
        answers = list(pool.map(lambda submit, size: submit(2, size), submits, sizes))
    statuses = [status for status, _ in answers]
    assert sorted(statuses) == [200] + [409] * 7
    assert run.size() == sizes[statuses.index(200)]


def test_a_crash_after_the_note_was_kept_costs_one_more_request(tmp_path, monkeypatch):
    """It was not answered; the log asks again, is told where the witness is, and goes on there."""
    with witness(tmp_path) as run:
        run.submit(0, 3)
        keep = Memory.keep

        def dies_after(memory, origin, note):
            keep(memory, origin, note)
            raise OSError("the lamps went out")

        monkeypatch.setattr(Memory, "keep", dies_after)
        assert run.submit(3, 9)[0] == 500
        monkeypatch.undo()
    with witness(tmp_path) as run:
        assert run.submit(3, 9) == (409, b"9\n")
        quorum = Quorum().with_witness(run.vkey.text, run.url)
        lines = asking().cosign(HONEST.note(9), 9, HONEST.prover(9), quorum)
        assert [line.name for line in lines] == [run.name]


def test_a_crash_before_the_note_was_kept_is_no_loss(tmp_path):
    """Half a note lies beside the whole one, and is overwritten."""
    with witness(tmp_path) as run:
        run.submit(0, 3)
        (tmp_path / f"{log_name(ORIGIN)}.new").write_bytes(HONEST.note(9)[:20])
        assert run.submit(3, 5)[0] == 200
    last = Memory(tmp_path).last(ORIGIN)
    assert last
    assert last.size == 5


def test_a_witness_that_cannot_read_its_memory_signs_nothing(tmp_path):
    """To begin again from nothing would be to forget the history that it vouched for."""
    with witness(tmp_path) as run:
        run.submit(0, 3)
        (tmp_path / f"{log_name(ORIGIN)}.note").write_bytes(b"")
        assert run.submit(0, 3, FORKED)[0] == 500


# A good cosignature by a key that nobody registered, under the name of one that somebody did.
ANOTHERS = cosign(
    read_note(HONEST.note(3)).text, "w2", AT, SeedSigner(hashlib.sha256(b"another").digest())
).text.encode()


def asking(deadline=2.0):
    """A client that is told whom to ask, and needs no table for that."""
    return Witnesses(Registry("nowhere"), deadline)


def scripted(*answers):
    """A server that gives these answers, each as status and body, and then hangs."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            if not left:
                time.sleep(1)
                return
            status, body = left.pop(0)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server


def address(server):
    """Where *server* listens."""
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_the_log_asks_from_where_the_witness_is(tmp_path):
    """One that saw the log last week, or never, is brought up in one more request."""
    with witness(tmp_path) as run:
        run.submit(0, 5)
        quorum = Quorum().with_witness(run.vkey.text, run.url).with_needed(1)
        client = asking()
        for size in (7, 256, 300):
            note = HONEST.note(size)
            lines = client.cosign(note, size, HONEST.prover(size), quorum)
            whole = read_note(note)
            assert quorum.met_by(Note(whole.text, (*whole.lines, *lines)))
            assert run.size() == size
        older = client.cosign(HONEST.note(7), 7, HONEST.prover(7), quorum)
        assert older == []  # it is ahead: our log was set back, or another publisher was faster


@pytest.mark.parametrize(
    "answers",
    [
        [(200, b"")],
        [(200, ANOTHERS)],
        [(200, b"x" * 2_000_000)],
        [(302, b"")],
        [(500, b"\xff")],
        [(409, b"two\n")],
        [(409, b"1\n"), (409, b"2\n"), (409, b"1\n"), (200, b"")],
        [],
    ],
    ids=[
        "nothing",
        "another's",
        "too much",
        "elsewhere",
        "broken",
        "no size",
        "never there",
        "silent",
    ],
)
def test_a_witness_that_misbehaves_costs_its_own_cosignature_only(tmp_path, answers):
    """The others count; nobody is waited for beyond the deadline."""
    bad = scripted(*answers)
    with witness(tmp_path) as good, serving(bad):
        stranger = Vkey("w2", COSIGNATURE, bytes(32)).text
        quorum = (
            Quorum().with_witness(stranger, address(bad)).with_witness(good.vkey.text, good.url)
        )
        began = time.monotonic()
        lines = asking(0.3).cosign(HONEST.note(3), 3, HONEST.prover(3), quorum)
        assert time.monotonic() - began < 0.9
        assert [line.name for line in lines] == [good.name]


def test_an_operator_names_the_witnesses(staged, monkeypatch, capsys, tmp_path):
    """A key is made once; who is registered is asked, and how many are needed is possible."""
    served, _ = staged

    @contextmanager
    def here(stage):
        yield served

    monkeypatch.setattr("infra.stack.services.services_of", here)
    assert main(["witness", "--new-key", "w1.test/w", str(tmp_path / "key")]) == 0
    vkey = capsys.readouterr().out.strip()
    assert read_witness_key(tmp_path / "key")[0].text == vkey
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert main(["witness", "--new-key", "w1.test/w", str(tmp_path / "key")]) == 2
    assert main(["log", "witness", "add", vkey, "http://127.0.0.1:9/w/"]) == 0
    assert main(["log", "witness", "quorum", "2"]) == 2
    assert main(["log", "witness", "quorum", "1", "--json"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == (
        f'{{"quorum": 1, "witnesses": [{{"vkey": "{vkey}", "url": "http://127.0.0.1:9/w"}}]}}'
    )
    assert served.witnesses.quorum().needed == 1
    assert main(["log", "witness", "remove", "w1.test/w"]) == 2  # one is needed
    assert main(["log", "witness", "quorum", "0"]) == 0
    assert main(["log", "witness", "remove", "w1.test/w"]) == 0
    assert served.witnesses.quorum() == Quorum()


def test_a_key_that_was_touched_is_refused(tmp_path, capsys):
    """Neither another name nor another seed goes by an old line."""
    make_key("w1", tmp_path / "key")
    line = (tmp_path / "key").read_text()
    for wrong in (line.replace("w1", "w2"), line[:-6] + "AAA=\n", line[8:], "", "PRIVATE+KEY+w1"):
        (tmp_path / "bad").write_text(wrong)
        rest = ["--origin", KEY.text, "--state", str(tmp_path / "s"), "--listen", "127.0.0.1:0"]
        assert main(["witness", "--key", str(tmp_path / "bad"), *rest]) == 2
    for wrong in (["--origin", "x"], ["--listen", "nowhere"], ["--listen", "127.0.0.1:70000"]):
        rest = ["--origin", KEY.text, "--state", str(tmp_path / "s"), *wrong]
        assert main(["witness", "--key", str(tmp_path / "key"), *rest]) == 2
    assert "Traceback" not in capsys.readouterr().err
