"""An import of people and units: first all faults; then codes, the vault, the organisation, posts.

Nothing is written where anything is wrong. Personal data go to the vault alone: the rest knows a
person as `p_…`, whom his own code (工号) finds again by a keyed digest.
"""

import secrets
from base64 import b32encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import BadInput, Bilingual
from chalicelib.lambdas.stating import Coming
from chalicelib.people.appointing import people_of
from chalicelib.people.code_store import CodeKind, digest_of_code
from chalicelib.people.organisation import NO_ORGANISATION, Organisation
from chalicelib.plumbing.services import Services
from infra.operate.announcing import WAIT_SECONDS, announce
from infra.people.cells import CellFault
from infra.people.drafts import PERSON_ID, Draft, PersonDraft, people_in, read_drafts
from infra.people.organising import Organiser
from infra.people.sheets import FoundTable, find_tables

_CHINA = ZoneInfo("Asia/Shanghai")  # where no stage tells its zone
_ID_BYTES = 10
_KEY_BYTES = 32
_SIGNING_IN: tuple[CodeKind, ...] = ("login", "subject")


class Read(Struct, frozen=True):
    """What files say: the *drafts*, what is *wrong* with cells, columns and sheets *unused*."""

    drafts: Sequence[Draft]
    wrong: list[CellFault]
    unused: list[str]


class Plan(Struct, frozen=True):
    """What an import would do: the *organisation* then, and what is *wrong* with the files.

    *ids* has everybody's `p_…` by his code, *codes* the person of each new digest, *private* what
    goes to the vault, by person.
    """

    organisation: Organisation
    wrong: list[CellFault]
    ids: Mapping[str, str]
    codes: Mapping[str, str]
    private: Mapping[str, dict[str, str]]
    new_people: int


def read_files(files: Sequence[Path]) -> Read:
    """Read *files*. Raises BadInput where one is no table."""
    tables: list[FoundTable] = []
    unused: list[str] = []
    for file in files:
        found, skipped = find_tables(file)
        tables += found
        unused += [*skipped, *(f"{each.where}：{name}" for each in found for name in each.unused)]
    drafts, wrong = read_drafts(tables)
    return Read(drafts, wrong, unused)


def plan(services: Services | None, read: Read, *, whole: bool, is_check: bool) -> Plan:
    """Return what an import of what was *read* would do; *services* None: into an empty stage.

    A check writes nothing, not even the first key of the digests.
    """
    before = services.organisation.whole(fresh=True) if services else NO_ORGANISATION
    known = services.person_codes.all() if services else {}
    has_key = services is not None and (bool(known) or not is_check)
    key = services.vault.people_key() if services and has_key else secrets.token_bytes(_KEY_BYTES)
    wrong = list(read.wrong)
    ids, codes = _identify(read.drafts, known, key, wrong)
    private = _private(read.drafts, ids, wrong)
    for person, fields in private.items():
        for kind in _SIGNING_IN:
            if fields.get(kind):
                codes[digest_of_code(kind, fields[kind], key)] = person
    wrong += _taken(read.drafts, ids, known, key)
    today = services.today() if services else datetime.now(_CHINA).date()
    organised = Organiser(before, read.drafts, ids, whole=whole, today=today).organise()
    new = {each for each in ids.values() if each not in known.values()}
    fresh = {digest: person for digest, person in codes.items() if known.get(digest) != person}
    return Plan(organised.organisation, wrong + organised.wrong, ids, fresh, private, len(new))


def put_in_force(
    services: Services, read: Read, planned: Plan, *, whole: bool, wait: int = WAIT_SECONDS
) -> Mapping[str, Any]:
    """Do what was *planned*; return what changed.

    Crash between two writes: codes stand for people of whom nothing else is known yet, or the vault
    knows people without posts, or posts are in force that the doors do not know. Each time the same
    import again does the rest, and finds the same `p_…`.
    """
    services.person_codes.put_all(planned.codes)
    put = partial(_put_private, services)
    changed = sum(services.in_parallel(put, sorted(planned.private.items())))
    before = services.organisation.whole(fresh=True)

    def organise(now: Organisation) -> Organisation:
        if now == before:
            return planned.organisation
        ids, today = planned.ids, services.today()
        again = Organiser(now, read.drafts, ids, whole=whole, today=today).organise()
        if again.wrong:
            zh, en = "同时有别的导入，请再执行一次", "another import came between: give it again"
            raise BadInput(zh=zh, en=en)
        return again.organisation

    after = services.organisation.change(
        organise, lambda coming: announce(services, Coming(organisation=coming), wait)
    )
    return {
        "version": after.version,
        "changed": after != before,
        "new_people": planned.new_people,
        "private": changed,
        "people": put_people(services, after, whole=whole),
    }


def put_people(services: Services, organisation: Organisation, *, whole: bool) -> int:
    """Store the posts of those for whom they changed; return how many. Crash: repeat the call.

    With *whole*, somebody who has no post any more, not even a past one, is stored without. Where
    another import came between, its posts are stored too.
    """
    stored = _put_once(services, organisation, whole=whole)
    latest = services.organisation.whole(fresh=True)
    return stored if latest == organisation else put_people(services, latest, whole=whole)


def _put_once(services: Services, organisation: Organisation, *, whole: bool) -> int:
    today = services.today()
    stored = {person.id: person for person in services.people.all()}
    now = {person.id: person for person in people_of(organisation, today)}
    if whole:
        now |= {
            each: replace(person, appointments=())
            for each, person in stored.items()
            if each not in now
        }
    changed = [person for each, person in now.items() if stored.get(each) != person]
    services.people.put_all(changed)
    return len(changed)


def _put_private(services: Services, private: tuple[str, dict[str, str]]) -> bool:
    """Put what is private of one person into the vault, over what was there of other columns.

    A name to sign in with that he has no longer finds him no more. Crash after that: it does not,
    and the vault has it until the same import is given again.
    """
    person, fields = private
    before = {name: str(value) for name, value in services.vault.person(person).items()}
    for kind in _SIGNING_IN:
        if kind in before and fields.get(kind, before[kind]) != before[kind]:
            key = services.vault.people_key()
            services.person_codes.drop(digest_of_code(kind, before[kind], key))
    return services.vault.put_person(person, {**before, **fields})


def _identify(
    drafts: Sequence[Draft], known: Mapping[str, str], key: bytes, wrong: list[CellFault]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return everybody's `p_…` by his code, and the persons of the digests of codes.

    *known* are those that had one before; others get a random one.
    """
    ids: dict[str, str] = {}
    codes: dict[str, str] = {}
    for code, column, place in people_in(drafts):
        if code in ids:
            continue
        if PERSON_ID.fullmatch(code):
            ids[code] = code
            continue
        if code.startswith("p_"):
            zh, en = "不是人员代号：p_ 后面是 16 个字母数字", "no id of a person: p_ and 16 letters"
            wrong.append(place.fault(column, Bilingual(zh, en)))
        digest = digest_of_code("code", code, key)
        ids[code] = codes[digest] = known.get(digest) or codes.get(digest) or new_person()
    return ids, codes


def new_person() -> str:
    """Return a new id of a person, which says nothing about him."""
    return "p_" + b32encode(secrets.token_bytes(_ID_BYTES)).decode("ascii").lower()


def _private(
    drafts: Sequence[Draft], ids: Mapping[str, str], wrong: list[CellFault]
) -> dict[str, dict[str, str]]:
    """Return what goes to the vault, by person; two rows may not contradict each other."""
    private: dict[str, dict[str, str]] = {}
    for draft in drafts:
        if not isinstance(draft, PersonDraft) or not draft.person:
            continue
        known = private.setdefault(ids[draft.person], {})
        for column, value in draft.personal.items():
            if known.setdefault(column, value) != value:
                zh, en = "与前面同一人的一行不同", "another row says something else of this person"
                wrong.append(draft.place.fault(column, Bilingual(zh, en)))
    return {person: fields for person, fields in private.items() if fields}


def _taken(
    drafts: Sequence[Draft], ids: Mapping[str, str], known: Mapping[str, str], key: bytes
) -> list[CellFault]:
    """Return a fault for each name to sign in with that is another person's already."""
    found: list[CellFault] = []
    owners = dict(known)
    for draft in drafts:
        if not isinstance(draft, PersonDraft) or not draft.person:
            continue
        for kind in _SIGNING_IN:
            if not draft.personal.get(kind):
                continue
            digest, person = digest_of_code(kind, draft.personal[kind], key), ids[draft.person]
            if owners.setdefault(digest, person) != person:
                zh, en = "已是另一个人的，请核对", "it is another person's already"
                found.append(draft.place.fault(kind, Bilingual(zh, en)))
    return found
