"""A disclosure file about leaves of a log that is signed anew, as `duban disclose` writes one."""

from collections.abc import Mapping
from pathlib import Path

from chalicelib.log.disclosure import DisclosedEntry, DisclosureFile
from chalicelib.log.tlog import tlog_proof
from chalicelib.log.tlog.checkpoint import read_checkpoint
from chalicelib.log.tlog.note import read_note
from chalicelib.log.tlog.proof import inclusion
from chalicelib.log.tlog.tile import TilePath, read_bundle
from tests.support.shown_log import LOG, vkey


def disclose(log: Path, opened: Mapping[int, Mapping[str, str]], file: Path) -> Path:
    """Write *file*: the leaves at the given indexes of the *log*, each with its disclosures."""
    note = read_note((log / "checkpoint").read_bytes())
    size = read_checkpoint(note.text).size
    bundle = read_bundle((log / TilePath(None, 0, size).path).read_bytes(), size)

    def proof(index: int) -> str:
        path = inclusion(index, size, lambda path: (log / path).read_bytes())
        return tlog_proof.write_proof(index, path, note)

    entries = [
        DisclosedEntry(bundle[index].decode(), proof(index), tuple(texts.values()))
        for index, texts in opened.items()
    ]
    file.write_text(DisclosureFile(vkey(LOG), tuple(entries)).text, "utf-8")
    return file
