"""What no reader can see: these two, and no more (docs/verify.md)."""

from datetime import UTC, datetime
from pathlib import Path

from tests.stranger.naive_log import Signatory
from tests.stranger.notes import COSIGNER
from tests.support.attacks import attack, duban_verify, signed
from tests.support.replayed import public_world
from tests.support.shown_log import vkey

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November at 17:30
FIRST, SECOND = (Signatory(f"w{n}.test/w", f"a witness's key, {n}", COSIGNER) for n in (1, 2))


@attack("the operator and all witnesses together show a log that never was", "nothing")
def test_an_operator_and_all_witnesses_together(tmp_path: Path) -> None:
    """A case that never came in, in a log that all of them sign; nobody kept another one."""
    with public_world(START) as county:
        county.accept(START, "made up")
        county.until("2026-11-02T18:00:00", minutes=60)
        folder = signed(tmp_path, county.leaves(), county.rules())
    file = folder / "checkpoint"
    note = file.read_bytes()
    text = note.decode().partition("\n\n")[0] + "\n"
    at = int(datetime.now(UTC).timestamp())
    file.write_bytes(note + "".join(by.line(text, at) for by in (FIRST, SECOND)).encode())
    verdict = duban_verify(folder, "--witness", vkey(FIRST), "--witness", vkey(SECOND))
    assert verdict.code == 0


@attack("a source that lies about the world in time", "nothing")
def test_a_source_that_lies_in_time(tmp_path: Path) -> None:
    """It says on the last day that it has decided. Only the applicant knows."""
    with public_world(START) as county:
        county.accept(START, "1")
        county.until("2026-11-09T17:00:00", minutes=60)
        county.report("case.decided", "2026-11-09T17:00:00", outcome="granted")
        county.until("2026-11-10T18:00:00", minutes=60)
        kinds = {leaf["k"] for leaf in county.leaves()}
        verdict = duban_verify(signed(tmp_path, county.leaves(), county.rules()))
    assert "card.issued" not in kinds
    assert verdict.code == 0
