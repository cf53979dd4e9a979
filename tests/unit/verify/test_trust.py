"""Who signed, whom the reader trusts, and how fresh it is (I11)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from chalicelib.log.tlog.policy import read_policy
from infra.cli.main import main
from infra.verify.trust import Trust, read_trust
from tests.stranger.naive_log import Signatory
from tests.support.shown_log import (
    LOG,
    NOW,
    WITNESS,
    Objects,
    in_folder,
    issues_of,
    leaves,
    published,
    read,
    trusting,
    vkey,
)

SAID = leaves(3)
OBJECTS = published(SAID)
SECOND = Signatory("witness.test/v", "another witness's key", WITNESS.key.kind)


def cosigned(minutes: int, *by: Signatory) -> Objects:
    """The log with its checkpoint cosigned so many minutes before now."""
    note = OBJECTS["checkpoint"].decode()
    text = note.partition("\n\n")[0] + "\n"
    at = int((NOW - timedelta(minutes=minutes)).timestamp())
    return {**OBJECTS, "checkpoint": (note + "".join(one.line(text, at) for one in by)).encode()}


def test_a_checkpoint_that_somebody_else_signed_is_refused() -> None:
    """Nothing below it is looked at."""
    forger = Signatory(LOG.key.name, "a forger's key")
    assert issues_of(read(published(SAID, by=forger))) == [("signature", None)]
    assert issues_of(read(published(SAID, by=Signatory("other.test/log", "x")))) == [
        ("signature", None)
    ]
    broken = OBJECTS["checkpoint"].replace(b"\n3\n", b"\n2\n")
    assert issues_of(read({**OBJECTS, "checkpoint": broken})) == [("signature", None)]
    assert issues_of(read({**OBJECTS, "checkpoint": b"no note"})) == [("signature", None)]


def test_without_a_key_of_their_own_a_reader_takes_the_logs_word() -> None:
    """Which is said."""
    about = json.dumps({"vkeys": [vkey(LOG)], "witnesses": [], "quorum": 0}).encode()
    report = read({**OBJECTS, "log.json": about}, trust=Trust())
    assert (issues_of(report), report.remarks[0].check) == ([], "key")
    beside = {**OBJECTS, f"vkeys/{LOG.key.id.hex()}": f"{vkey(LOG)}\n".encode()}
    report = read(beside, trust=Trust())
    assert (issues_of(report), report.remarks[0].check) == ([], "key")
    with pytest.raises(BadInput, match="--vkey"):
        read(OBJECTS, trust=Trust())
    with pytest.raises(BadInput, match="JSON"):
        read({**OBJECTS, "log.json": b"<html>"}, trust=Trust())


def test_enough_witnesses_must_have_seen_it_of_late() -> None:
    """Two hours; the quorum counts from the newest."""
    both = trusting(WITNESS, SECOND)
    one_of_two = trusting(WITNESS, SECOND, quorum=1)
    assert issues_of(read(cosigned(5, WITNESS, SECOND), trust=both)) == []
    assert issues_of(read(cosigned(5, WITNESS), trust=both)) == [("I11", None)]
    assert issues_of(read(cosigned(5, WITNESS), trust=one_of_two)) == []
    assert issues_of(read(cosigned(121, WITNESS), trust=one_of_two)) == [("I11", None)]
    stale = (
        cosigned(5, WITNESS)["checkpoint"] + cosigned(121, SECOND)["checkpoint"].splitlines()[-1]
    )
    assert issues_of(read({**OBJECTS, "checkpoint": stale + b"\n"}, trust=both)) == [("I11", None)]
    assert read(cosigned(5, WITNESS), trust=both).cosigned == {
        "witness.test/w": "2026-03-02T02:55:00.000Z"
    }


def in_file(folder: Path, *lines: str) -> str:
    """Write a policy; give its path."""
    file = folder / "policy"
    file.write_text("\n".join([*lines, ""]), "utf-8")
    return str(file)


THIRD = Signatory("witness.test/w", "of the same name as the first", WITNESS.key.kind)
ONE_OF_EACH = (
    f"log {vkey(LOG)} https://log.test/log",
    f"witness a {vkey(WITNESS)}",
    f"witness b {vkey(SECOND)} https://b.test",
    f"witness c {vkey(THIRD)}",
    "group first any a b",
    "group both all first c",
    "quorum both",
)


@pytest.mark.parametrize(
    ("by", "is_met"),
    [
        ((), False),
        ((WITNESS, SECOND), False),
        ((THIRD,), False),
        ((WITNESS, THIRD), True),
        ((SECOND, THIRD), True),
    ],
)
def test_a_policy_file_says_who_is_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], by: tuple[Signatory, ...], *, is_met: bool
) -> None:
    """Groups as they nest; two keys of one name are two witnesses; log and quorum from the file."""
    objects = cosigned(5, *by)
    trust = read_trust([], [], None, read_policy("\n".join([*ONE_OF_EACH, ""]).encode(), "p"))
    assert issues_of(read(objects, trust=trust)) == ([] if is_met else [("I11", None)])
    in_folder(tmp_path / "log", objects)
    file = in_file(tmp_path, *ONE_OF_EACH)
    main(["verify", str(tmp_path / "log"), "--policy", file])
    told = capsys.readouterr().out
    assert "公钥取自日志自身" not in told
    assert ("不满足策略的 quorum both" in told) is not is_met
    assert ("见证签名已陈旧" in told) is is_met  # by the clock of this machine


def test_a_policy_is_met_by_what_is_fresh() -> None:
    """The instant from which on it was met is the one that counts."""
    trust = read_trust([], [], None, read_policy("\n".join([*ONE_OF_EACH, ""]).encode(), "p"))

    def shown(*lines: tuple[int, Signatory]) -> Objects:
        note = OBJECTS["checkpoint"]
        more = [cosigned(at, by)["checkpoint"].splitlines()[-1] + b"\n" for at, by in lines]
        return {**OBJECTS, "checkpoint": note + b"".join(more)}

    assert issues_of(read(shown((5, WITNESS), (9, THIRD)), trust=trust)) == []
    assert issues_of(read(shown((121, WITNESS), (5, SECOND), (9, THIRD)), trust=trust)) == []
    report = read(shown((5, WITNESS), (5, SECOND), (121, THIRD)), trust=trust)
    assert issues_of(report) == [("I11", None)]
    assert "已陈旧：2026-03-02T00:59:00" in report.findings[0].zh


def test_a_policy_without_witnesses_wants_none(tmp_path: Path) -> None:
    """Not even those that the log says it has: the file is the reader's own word."""
    about = json.dumps({"witnesses": [vkey(WITNESS)], "quorum": 1}).encode()
    objects = {**OBJECTS, "log.json": about, f"vkeys/{LOG.key.id.hex()}": vkey(LOG).encode()}
    none = read_policy(b"quorum none\n", "p")
    assert issues_of(read(objects, trust=Trust())) == [("I11", None)]
    report = read(objects, trust=read_trust([], [], None, none))
    assert (issues_of(report), [each.check for each in report.remarks]) == ([], ["key", "I11"])
    other = f"log {vkey(Signatory('other.test/log', 'x'))}\nquorum none\n".encode()
    assert issues_of(read(objects, trust=read_trust([], [], None, read_policy(other, "p")))) == [
        ("signature", None)
    ]


def test_a_policy_that_is_wrong_or_not_alone_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, which names the line of the file."""
    in_folder(tmp_path / "log", OBJECTS)
    command = ["verify", str(tmp_path / "log"), "--policy"]
    assert main([*command, in_file(tmp_path, "quorum none"), "--quorum", "1"]) == 2
    assert main([*command, in_file(tmp_path, "quorum none"), "--witness", vkey(WITNESS)]) == 2
    assert "--policy" in capsys.readouterr().err
    assert main([*command, in_file(tmp_path, "# 策略", "quorum nobody")]) == 2
    assert capsys.readouterr().err.startswith(f"duban: {tmp_path / 'policy'}:2: 上文没有")
    assert main([*command, str(tmp_path / "none")]) == 2


def test_a_key_under_two_names_is_one_witness() -> None:
    """Of two that are wanted, it is one."""
    alias = Signatory("alias.test/w", "a witness's key", WITNESS.key.kind)
    assert alias.key.public == WITNESS.key.public
    both = trusting(WITNESS, alias)
    assert issues_of(read(cosigned(5, WITNESS, alias), trust=both)) == [("I11", None)]


def test_a_witness_who_is_not_known_does_not_count() -> None:
    """Nor does one whose signature is wrong: that is no log to trust."""
    stranger = Signatory(WITNESS.key.name, "not the witness's key", WITNESS.key.kind)
    assert issues_of(read(cosigned(5, stranger), trust=trusting(WITNESS))) == [("I11", None)]
    line = cosigned(5, WITNESS)["checkpoint"].splitlines()[-1] + b"\n"
    moved = published(leaves(4))
    moved["checkpoint"] += line
    assert issues_of(read(moved, trust=trusting(WITNESS))) == [("signature", None)]


def test_where_no_witness_is_relied_on_the_sign_of_life_is_told() -> None:
    """The log's own word, so it is a remark."""
    fresh = read(OBJECTS, now=NOW - timedelta(hours=1))
    old = read(OBJECTS, now=NOW + timedelta(hours=1))
    assert "2026-03-02T01:00:02.000Z" in fresh.remarks[-1].en
    assert "hours ago" not in fresh.remarks[-1].en
    assert "hours ago" in old.remarks[-1].en


@pytest.mark.parametrize(
    ("vkeys", "witnesses", "quorum"),
    [(["nonsense"], [], None), (["w"], [], None), ([], ["l"], None), ([], ["w"], 2), ([], [], -1)],
)
def test_keys_that_are_none_are_refused(
    vkeys: list[str], witnesses: list[str], quorum: int | None
) -> None:
    """A witness's key is no log's, and there cannot be more of them than there are."""
    keys = {"l": trusting().vkeys[0].text, "w": trusting(WITNESS).witnesses[0].text}
    with pytest.raises(BadInput):
        read_trust(
            [keys.get(one, one) for one in vkeys], [keys.get(one, one) for one in witnesses], quorum
        )
