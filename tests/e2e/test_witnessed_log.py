"""The running stack asks a running witness, and shows what both have signed."""

from pathlib import Path

from chalicelib.instant import parse
from chalicelib.log.quorum import Quorum
from chalicelib.log.tlog.note import Note, read_note, read_vkey, verify_note
from chalicelib.plumbing import settings
from chalicelib.plumbing.services import Services
from infra.stack import cloud
from infra.stack.services import inside
from tests.e2e.conftest import Door
from tests.e2e.test_local_cloud import post
from tests.support.witness import witness

NOW = parse("2026-11-02T09:00:00+08:00")


def checkpoint(door: Door) -> Note:
    """What the public is shown."""
    return read_note(door.ask("GET", "/log/checkpoint")[2])


def size(note: Note) -> int:
    """How many entries that are."""
    return int(note.text.split("\n")[1])


def change(door: Door, quorum: Quorum) -> None:
    """Name the witnesses, as an operator does."""
    with inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        Services(settings.read_settings()).witnesses.change(lambda _: quorum)


def test_what_is_shown_was_cosigned(door: Door, tmp_path: Path) -> None:
    """By a witness at a real address, which a function reached."""
    door.courier.set_clock(NOW, 0)
    assert post(door, door.accepted("without-witness"))[0] == 202
    door.courier.set_clock(NOW)  # comes back when the public has it
    before = size(checkpoint(door))
    (own,) = door.json("/log/log.json")["vkeys"]
    with witness(tmp_path, "w.test", read_vkey(own)) as run:
        change(door, Quorum().with_witness(run.vkey.text, run.url).with_needed(1))
        try:
            assert post(door, door.accepted("with-witness"))[0] == 202
            door.courier.set_clock(NOW)
            note = checkpoint(door)
            assert size(note) > before
            assert set(verify_note(note, [run.vkey])) == {run.name}
            assert run.size() >= size(note)
        finally:
            change(door, Quorum())
