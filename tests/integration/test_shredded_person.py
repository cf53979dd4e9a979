"""A person is shredded: every table and object of the stage is searched for traces of him."""

import json
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from chalicelib.desk.inspector.read_marks_store import ReadMarks
from chalicelib.people.session import digest_of
from tests.integration.test_operator_commands import duban
from tests.integration.test_passkey_command import County
from tests.support.browsing import Visitor
from tests.support.local_user import sign_in
from tests.support.signing_people import Signer
from tests.support.soft_passkey import SoftPasskey, url64

__all__ = ["duban"]  # the fixture

UNITS = "部门编码,部门名称\nJW,纪委监委\n"
POSTS = "岗位编码,部门,岗位名称,系统角色\nJW-1,纪委监委,监察室,监察\n"
HEAD = "工号,姓名,手机,邮箱,登录名,OIDC subject,机器人,岗位编码,起始日期,截止日期\n"
PRIVATE = ("GH-1001", "王小明", "13800138000", "wxm@example.gov.cn", "wangxm", "sub-81", "bot-17")
ROW = ",".join((*PRIVATE, "JW-1", "2024-01-01"))
LEAVE = "工号,请假起始日期,请假截止日期\nGH-1001,2026-03-02,2026-03-06\n"
ISSUER = "https://id.example.gov.cn"

STAYS = {
    "Registry/PERSON", "Registry/PEOPLE", "Registry/ORGANISATION#", "SignIn/PASSKEYS",
    "Inbox/duban:log", "Facts/duban:log", "Cases/duban:log", "Batches/", "Board/SIGNERS",
}  # fmt: skip


def imported(duban, tmp_path, *texts):
    """Import tables."""
    files = []
    for n, text in enumerate(texts):
        files.append(str(tmp_path / f"{n}.csv"))
        (tmp_path / f"{n}.csv").write_text(text)
    assert duban("people", "import", *files)[0] == 0


@pytest.fixture
def known(duban, served, tmp_path):
    """Give a person of whom everything is known that can be, and what would be a trace of him."""
    imported(duban, tmp_path, UNITS, POSTS, f"{HEAD}{ROW},\n", LEAVE)
    (person,) = [each.id for each in served.people.all()]
    county: Any = County(served)
    other = Signer(county, "other").enrol()
    signer = _as_person(Signer(county, "mine"), served, person)
    signer.enrol(by=other)
    waiting = _as_person(Signer(county, "waiting"), served, person)
    waiting.offer()
    now = served.wall()
    served.logins.link(person, ISSUER, "sub-81")
    token = served.logins.invite(person, "wangxm", now)
    served.logins.accept(token, "a long password 1", now)
    visitor = Visitor()
    assert sign_in(visitor, "wangxm", "a long password 1").status_code == 303
    session = visitor.cookies["__Host-duban"]
    again = served.logins.invite(person, "wangxm", now)
    served.wrong_tries.begin(served.logins.name_digest("wangxm"), now, 5)
    ReadMarks(served.settings.signin_table).move(person, 7)
    code = served.person_codes
    digests = [digest for digest, who in code.all().items() if who == person]
    assert len(digests) == 3
    traces = [*PRIVATE, *digests, *map(digest_of, (session, again))]
    traces += [_credential(each.key) for each in (signer, waiting)]
    return person, traces, signer, other


def _as_person(signer, served, person):
    """Let *signer* be the person of that id, who was imported."""
    found = served.people.get(person)
    signer.id = person
    (signer.caller,) = found.callers(signer.who.day)
    session = replace(signer.who.session, person=person)
    signer.who = replace(signer.who, person=found, callers=(signer.caller,), session=session)
    return signer


def _credential(key: SoftPasskey) -> str:
    return url64(key.credential_id)


def rows():
    """Yield every row of every table with where it is, and every object."""
    client = boto3.client("dynamodb")
    for table in client.list_tables()["TableNames"]:
        (key, *_) = client.describe_table(TableName=table)["Table"]["KeySchema"]
        name, of = table.removeprefix("test-"), key["AttributeName"]
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                yield f"{name}/{item[of]['S']}", json.dumps(item, ensure_ascii=False, default=repr)
    s3 = boto3.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for each in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ()):
            body = s3.get_object(Bucket=bucket["Name"], Key=each["Key"])["Body"].read()
            yield f"s3/{each['Key']}", body.decode("utf-8", "replace")


def test_nothing_of_a_shredded_person_is_left_but_what_the_log_states(
    duban, served, known, tmp_path
):
    """Before, each trace is there; after, none; his id is where the log has it alone."""
    person, traces, signer, other = known
    before = [*rows()]
    hidden = len(PRIVATE)  # those are in the vault, enciphered
    assert all(any(each in text for _, text in before) for each in traces[hidden:])
    vault = [text for place, text in before if place == f"Vault/duban:person/{person}"]
    assert any('"FACT#' in text for text in vault)
    imported(duban, tmp_path, f"{HEAD}{ROW},2024-02-01\n")
    code, out, told = duban("people", "shred", person, "--json")
    signer.county.tick()
    done = json.loads(out)
    assert (code, done["is_done"], done["public_keys"]) == (0, True, 1)
    assert "公钥" in told
    after = [*rows()]
    left = {(place, each) for place, text in after for each in traces if each in text}
    assert left == set()
    places = {place for place, text in after if person in text}
    empty = f"Vault/duban:person/{person}"  # says that it was shredded, and has no key
    assert not {p for p in places if not p.startswith((*STAYS, empty, "s3/"))}
    (shredded,) = [json.loads(text) for place, text in after if place == empty]
    assert shredded.keys() == {"case", "id", "value", "shredded"}
    assert "leaves" not in served.organisation.whole(fresh=True).document()
    revoked = [f.fact for f in served.facts.of_case(_log_case(served))
               if f.fact.kind == "person.key_revoked"]  # fmt: skip
    assert [fact.data["person"] for fact in revoked] == [person]
    assert [each.person for each in served.passkeys.standing()] == [other.id]
    assert served.passkeys.waiting() == []
    stored = served.passkeys.named(person, signer.key.fingerprint)
    assert (stored.credential_id, stored.is_revoked) == ("", True)
    assert duban("people", "shred", person)[0] == 0, "the same again"


def _log_case(served):
    """Return the case of the log's statements of this year."""
    return next(iter({p.partition("/")[2] for p, _ in rows() if p.startswith("Facts/duban:log")}))
