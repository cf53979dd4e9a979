"""The fields of a case that can be disclosed, and the file that discloses some (ADR 0036)."""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from chalicelib.cases.case_id import card_case
from chalicelib.cases.stored_fact import Record
from chalicelib.errors import BadInput
from chalicelib.intake.signed_body import FIELD
from chalicelib.log.disclosure import DisclosedEntry, DisclosureFile
from chalicelib.log.objects import CHECKPOINT
from chalicelib.log.tlog import tlog_proof
from chalicelib.log.tlog.checkpoint import read_checkpoint
from chalicelib.log.tlog.note import Note, read_note
from chalicelib.log.tlog.proof import inclusion
from chalicelib.people.signed_act import FIELD as ASSERTION
from chalicelib.people.signed_act import read_act_text
from chalicelib.plumbing.services import Services
from chalicelib.vault.sd_jwt import read_disclosure
from infra.operate.passkeys import enrolment_of
from infra.operate.shredding import records_of
from infra.operate.source_keys import statement_of


class Private(Struct, frozen=True):
    """A fact on *record*, and by field the disclosures that are kept of it."""

    record: Record
    disclosures: Mapping[str, str]


def private_facts(services: Services, case: str) -> list[Private]:
    """Return the facts of *case* with kept disclosures. Raises BadInput where none has any."""
    kept = services.vault.all_disclosures(case)
    records = [each for each in records_of(services, case) if each.fact.key in kept]
    private = [Private(record, kept[record.fact.key]) for record in records]
    if not private:
        en = "nothing private is kept of this case, or it was shredded"
        raise BadInput(zh="此件没有留存不公开的内容，或已销毁", en=en, where=case)
    return private


def select_fields(facts: Sequence[Private], fields: Collection[str]) -> list[Private]:
    """Return *facts* with these *fields* only; `applicant` stands for all its parts.

    Raises BadInput for a field that no fact has: it may be misspelt.
    """
    for field in fields:
        if not any(_is_in(name, field) for fact in facts for name in fact.disclosures):
            names = sorted({name for fact in facts for name in fact.disclosures})
            zh = f"没有此字段，可披露的有 {', '.join(names)}"
            raise BadInput(zh=zh, en=f"no such field; known are {', '.join(names)}", where=field)
    selected = []
    for fact in facts:
        names = [name for name in fact.disclosures if any(_is_in(name, part) for part in fields)]
        if names:
            kept = {name: fact.disclosures[name] for name in names}
            selected.append(Private(fact.record, kept))
    return selected


def _is_in(name: str, field: str) -> bool:
    return name == field or name.startswith(f"{field}.")


def disclose(services: Services, facts: Sequence[Private]) -> DisclosureFile:
    """Return the file: each leaf, the proof that it is in the log, and its disclosures.

    Where a signature is disclosed, the statement of the key that it is under comes first, and the
    first leaf of a card, which names it. Raises BadInput where a fact is not public yet.
    """
    written = services.objects.get(CHECKPOINT)
    if written is None:
        zh = "日志尚未公布，过一分钟再试"
        raise BadInput(zh=zh, en="this stage has not published its log yet, try in a minute")
    note = read_note(written)
    facts = [*_key_statements(services, facts), *statements_of(services, facts), *facts]
    entries = []
    for fact in facts:
        proof, texts = _proof(services, fact.record, note), tuple(fact.disclosures.values())
        entries.append(DisclosedEntry(leaf=fact.record.leaf, proof=proof, disclosures=texts))
    vkey = services.objects.get(f"vkeys/{note.lines[0].id.hex()}") or b""
    return DisclosureFile(vkey.decode().rstrip("\n"), tuple(entries))


def _key_statements(services: Services, facts: Sequence[Private]) -> list[Private]:
    """Return the statements of the keys of those of *facts* whose signature is disclosed."""
    statements: dict[str, Private] = {}  # by the fingerprint of their key
    for private in facts:
        fact = private.record.fact
        is_opened = any(_is_in(name, FIELD) for name in private.disclosures)
        if fact.signed and fact.signed not in statements and is_opened:
            record = statement_of(services, fact)
            statements |= {fact.signed: Private(record, {})} if record else {}
    return [*statements.values()]


def statements_of(services: Services, facts: Sequence[Private]) -> list[Private]:
    """Return what the acts among *facts* whose assertion is disclosed are checked by.

    It is the enrolment of each passkey, and the first leaf of each card.
    """
    found: dict[str, Private] = {}
    for private in facts:
        text = private.disclosures.get(f"{ASSERTION}.act")
        key = private.record.fact.signed
        if text is None or not key:
            continue
        act = read_act_text(read_disclosure(text).value)
        if key not in found and (record := enrolment_of(services, act.by, key)):
            found[key] = Private(record, {})
        if act.card and act.card not in found and private.record.fact.n:
            first = services.facts.of_case(card_case(act.card))[0]
            found[act.card] = Private(first, {})
    return [*found.values()]


def _proof(services: Services, record: Record, note: Note) -> str:
    def read_object(path: str) -> bytes:
        body = services.objects.get(path)
        if body is None:
            zh = "公开日志缺少此文件，请用 duban verify 核对"
            raise BadInput(zh=zh, en="the public log lacks this object: verify it", where=path)
        return body

    size = read_checkpoint(note.text).size
    index = _index(services, record)
    if index is None or index >= size:
        zh, en = "尚未全部公布，过一分钟再试", "it is not all public yet; ask again in a minute"
        raise BadInput(zh=zh, en=en, where=record.public_case)
    return tlog_proof.write_proof(index, inclusion(index, size, read_object), note)


def _index(services: Services, record: Record) -> int | None:
    """Return the index of the leaf of *record*, by the board; None while it has none."""
    n = record.fact.n
    run = services.board.find_run(record.public_case, n)
    row = next(services.log_reader.rows(run.index_of(n)), None) if run else None
    return row["index"] if row and row["leaf"] == record.leaf else None
