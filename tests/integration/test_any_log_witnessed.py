"""What `duban witness` must take of logs that are not ours, as the specifications have it."""

from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import (
    ED25519,
    Note,
    SignatureLine,
    Vkey,
    read_note,
    sign_note,
    verify_note,
)
from chalicelib.log.tlog.tree import leaf_hash
from chalicelib.log.witness import Submission
from infra.cli.main import main
from infra.witness.cosigner import log_name
from tests.support.witness import AT, HONEST, KEY, LOG, ORIGIN, witness


def test_sixteen_signatures_after_quantum_computers_are_taken(tmp_path):
    """Of 5 kB each: C2SP signed-note wants as many accepted."""
    with witness(tmp_path) as run:
        note = read_note(HONEST.note(3))
        strangers = tuple(SignatureLine(f"pq{n}.test/w", bytes(4), bytes(5000)) for n in range(15))
        many = Note(note.text, (*strangers, *note.lines)).written
        assert len(many) > 100_000
        assert run.ask("POST", "/add-checkpoint", Submission(0, (), many).written)[0] == 200
        kept = read_note(run.ask("GET", f"/{log_name(ORIGIN)}/checkpoint")[1])
        assert [line.name for line in kept.lines] == [ORIGIN, run.name]


def test_a_log_is_what_its_origin_says_and_its_key_may_be_called_otherwise(tmp_path):
    """C2SP tlog-checkpoint: an origin may have spaces, and a key's name only should be it."""
    origin, key = "Log of the County, 2026", Vkey("county.test/key", ED25519, LOG.public)
    one = Checkpoint(origin, 1, leaf_hash(b"0")).text
    submission = Submission(0, (), Note(one, (sign_note(one, key.name, LOG),)).written).written
    with witness(tmp_path / "knows", log=key, origin=origin) as run:
        status, line = run.ask("POST", "/add-checkpoint", submission)
        assert status == 200
        cosigned = read_note(one.encode() + b"\n" + line)
        assert verify_note(cosigned, [run.vkey]) == {run.name: AT}
        assert run.size() == 1
        assert run.ask("GET", f"/{log_name(origin)}/checkpoint")[0] == 200
        assert run.ask("GET", f"/{log_name(key.name)}/checkpoint")[0] == 404
        assert run.submit(0, 3)[0] == 404  # an honest log that nobody named here
    with witness(tmp_path / "does not") as run:
        assert run.ask("POST", "/add-checkpoint", submission)[0] == 404


def test_a_log_of_another_key_name_is_named_on_the_command_line(tmp_path, monkeypatch):
    """With its origin before the key; several keys of one origin count alike."""
    key = tmp_path / "key"
    assert main(["witness", "--new-key", "见证人.test/w", str(key)]) == 0
    started = []

    def start(_address, cosigner):
        started.append(cosigner)
        raise OSError("no need to listen")

    monkeypatch.setattr("infra.witness.server.Server", start)
    command = ["witness", "--key", str(key), "--state", str(tmp_path / "state")]
    other = Vkey("county.test/key", ED25519, bytes(32))
    named = ["--log", "某县 办件日志", other.text, "--log", ORIGIN, other.text]
    assert main([*command, "--origin", KEY.text, *named]) == 2
    (cosigner,) = started
    assert cosigner.vkey.name == "见证人.test/w"
    assert cosigner.logs == {"某县 办件日志": [other], ORIGIN: [KEY, other]}
    assert main(command) == 2
    assert main([*command, "--log", "", other.text]) == 2
    assert len(started) == 1
