"""What a kept local stage has on disk: whole after any end, in one order, and its owner's alone."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from infra.local.keeping.stage import KeptStage
from infra.local.keeping.store import (
    Journal,
    KeptStore,
    drop_item,
    drop_object,
    put_item,
    put_note,
    put_object,
    put_secret,
)
from infra.local.ministack import STACK
from infra.stack.cloud import StageAccess
from infra.stack.formation import stack_name
from infra.stack.layer import ROOT

PAIR = """
import sys
from pathlib import Path
from infra.local.keeping.store import KeptStore, put_item
kept = KeptStore(Path(sys.argv[1]))
for n in range(1_000_000):
    kept.write([put_item("Facts", (str(n), ""), {"n": n}), put_item("Log", (str(n), ""), {"n": n})])
    print(n, flush=True)
"""
LIMITED = """
import resource, sys
from pathlib import Path
from infra.local.keeping.store import Journal
from infra.local.keeping.store import KeptStore, put_item
kept = KeptStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
failures = []
journal = Journal(kept, failures.append)
done = 0
for n in range(2000):
    journal.add(put_item("Facts", (str(n), ""), {"text": "x" * 1000}))
    try:
        journal.settle().result(5)
    except TimeoutError:
        break
    done = n + 1
print(done, failures[0])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where it is kept."""
    return tmp_path / "kept" / "stage.db"


def test_all_of_it_is_there_again(path: Path) -> None:
    """Items by table and key, objects with their headers, secrets and notes."""
    kept = KeptStore(path)
    kept.write(
        [
            put_item("Facts", ("case", "2"), {"n": {"N": "2"}, "text": {"S": "督办"}}),
            put_item("Facts", ("case", "1"), {"n": {"N": "1"}}),
            put_item("Facts", ("case", "1"), {"n": {"N": "1"}, "new": {"BOOL": True}}),
            put_item("Log", ("case", "1"), {}),
            put_object("PublicLog", "tile/0/000", {"content-type": "text/plain"}, b"\x00\xff"),
            put_object("PublicLog", "tile/0/001", {}, b""),
            put_secret("duban-local/sources", {"v1": {"SecretString": "{}"}}),
            put_note("port", 8320),
        ]
    )
    kept.write(
        [
            drop_item("Log", ("case", "1"), erases=False),
            drop_object("PublicLog", "tile/0/001"),
        ]
    )
    kept.close()
    again = KeptStore(path)
    assert list(again.items("Facts")) == [
        (["case", "1"], {"n": {"N": "1"}, "new": {"BOOL": True}}),
        (["case", "2"], {"n": {"N": "2"}, "text": {"S": "督办"}}),
    ]
    assert list(again.items("Log")) == []
    assert list(again.objects("PublicLog")) == [
        ("tile/0/000", {"content-type": "text/plain"}, b"\x00\xff")
    ]
    assert again.secret("duban-local/sources") == {"v1": {"SecretString": "{}"}}
    assert (again.secret("other"), again.note("port"), again.note("other")) == (None, 8320, None)


def test_only_its_owner_may_read_it(path: Path) -> None:
    """Secrets and personal data lie in it, and in what SQLite puts beside it."""
    KeptStore(path).write([put_note("port", 1)])
    assert {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {
        "stage.db": 0o600, "stage.db-wal": 0o600, "stage.db-shm": 0o600,
    }  # fmt: skip


def test_a_kill_leaves_all_of_a_change_or_nothing(path: Path) -> None:
    """And everything that was said to be there."""
    with subprocess.Popen(
        [sys.executable, "-c", PAIR, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        said = [int(writer.stdout.readline()) for _ in range(50)][-1]
        writer.send_signal(signal.SIGKILL)
        said = max([said, *map(int, writer.stdout.read().split())])
    facts, log = (
        [item["n"] for _, item in KeptStore(path).items(place)] for place in ("Facts", "Log")
    )
    assert facts == log
    assert max(facts) in (said, said + 1)
    assert len(facts) == max(facts) + 1


def test_what_is_shredded_is_nowhere_on_the_disk(path: Path) -> None:
    """The key of a case, once it is taken out of the vault."""
    kept = KeptStore(path)
    for n in range(200):
        kept.write([put_item("Vault", (f"case-{n}", "KEY"), {"key": {"S": f"needle-{n:04}"}})])
    assert b"needle-0007" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    kept.write([drop_item("Vault", ("case-7", "KEY"), erases=True)])
    on_disk = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"needle-0007" not in on_disk
    assert b"needle-0008" in on_disk


def test_another_form_and_a_damaged_file_are_left_alone(path: Path) -> None:
    """One line, in both languages."""
    KeptStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(BadInput, match=r"另一版本.* / .*another version of Duban"):
        KeptStore(path)
    path.write_bytes(b"not a database, but a long enough text for one" * 100)
    with pytest.raises(BadInput, match=r"stage.db 已损坏.* / .*damaged"):
        KeptStore(path)


def test_an_answer_waits_until_the_disk_holds_what_it_says(path: Path) -> None:
    """A reader of the table sees a change at once; nobody is told of it before."""
    kept = KeptStore(path)
    journal = Journal(kept, lambda _error: os.abort())
    answers = []

    async def change() -> str:
        journal.add(put_item("Facts", ("a", ""), {"n": 1}))
        return "changed"

    async def look() -> str:
        return "looked"

    async def run() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # so that nobody else can write
        waiting = asyncio.create_task(journal.settled(change)())
        waiting.add_done_callback(lambda task: answers.append(task.result()))
        answers.append(await journal.settled(look)())
        await asyncio.sleep(0.2)
        assert answers == ["looked"]
        other.execute("ROLLBACK")
        other.close()
        await waiting
        assert [item for _, item in KeptStore(path).items("Facts")] == [{"n": 1}]

    asyncio.run(run())
    assert answers == ["looked", "changed"]


def test_a_disk_that_refuses_ends_it_all(path: Path) -> None:
    """What was answered is there; what was not is not, and nothing comes after it."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answered, _, why = done.stdout.partition(" ")
    assert 0 < int(answered) < 2000
    assert "stage.db" in why
    assert "磁盘" in why
    assert len(list(KeptStore(path).items("Facts"))) == int(answered)


def test_who_asks_again_is_not_told_what_the_disk_does_not_hold(path: Path) -> None:
    """A second request finds in memory what the first one put there, and waits as the first."""
    kept = KeptStore(path)
    journal = Journal(kept, lambda _error: os.abort())
    memory: set[str] = set()

    async def put(name: str) -> str:
        if name in memory:
            return "duplicate"
        memory.add(name)
        journal.add(put_item("Facts", (name, ""), {}))
        return "recorded"

    async def ask_twice() -> list[str]:
        handler = journal.settled(put)
        with sqlite3.connect(path) as other:
            other.execute("BEGIN IMMEDIATE")  # as a disk that takes its time
            asked = [asyncio.ensure_future(handler("a")) for _ in range(2)]
            done, _ = await asyncio.wait(asked, timeout=0.3)
            assert not done
        return [await each for each in asked]

    assert asyncio.run(ask_twice()) == ["recorded", "duplicate"]
    assert [item for _, item in kept.items("Facts")] == [{}]


def test_it_ends_where_its_last_words_find_no_room_either() -> None:
    """The log lies on the same full disk; who went on would answer what is kept nowhere."""
    end = "import os; from infra.local.keeping import attach; os.setpgid(0, 0); "
    end += "attach._end(OSError(28))"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", end], cwd=ROOT, stderr=full, check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_stage_that_was_never_ready_begins_anew(tmp_path: Path) -> None:
    """Nobody was told its keys. One that was ready has the same for ever."""
    first = KeptStage(tmp_path)
    KeptStore(first.file).write([put_item("Registry", ("half", ""), {})])
    assert KeptStage(tmp_path).access is None
    first.begin()
    assert list(KeptStore(first.file).items("Registry")) == []
    access = StageAccess("http://127.0.0.1:8320/local", {"demo": "s"}, {"operator": "k"})
    KeptStore(first.file).write([put_item("Registry", ("whole", ""), {})])
    first.ready(access, 8320)
    first.deployed({"Profile": "hunan"})
    second = KeptStage(tmp_path)
    second.begin()
    assert (second.access, second.port, second.parameters) == (access, 8320, {"Profile": "hunan"})
    assert len(list(KeptStore(second.file).items("Registry"))) == 1


def test_what_is_kept_is_the_local_stages() -> None:
    """The process that keeps it knows the stack by its name."""
    assert stack_name("local") == STACK
