"""No text about a person is in any byte that the public gets (AUDIT_LOG §7, I10).

A case is told with a canary in every private field, name and header, by signed webhooks; all
functions run; then every public object, page and answer, and all that was logged, is searched.
"""

import json
import logging
from contextlib import redirect_stdout
from io import StringIO

import boto3
import pytest
from chalice.test import Client
from moto import mock_aws

import app
from chalicelib.intake.event_types import Reported
from chalicelib.intake.payload import MODELS
from chalicelib.intake.shredding import shredding_event
from chalicelib.lambdas import reconcile
from chalicelib.vault.redaction import REPORTED, ROLES
from tests.support.asker import Asker
from tests.support.canaries import OPEN, PRIVATE, SOURCE, STORY, Planting, forms
from tests.support.memory_stage import memory_world
from tests.support.published import publish
from tests.support.source_pair import SourcePair
from tests.support.stage import RECEIPT_KEY, SECRET
from tests.support.traces import openings, traces
from tests.support.webhook import sign_webhook

KEY = "whsec_" + "Q2FuYXJ5" * 5 + "Q2E="
PAIR = SourcePair("canary")
BASIS = "《个人信息保护法》第四十七条第一款第一项"


def test_every_field_is_either_open_or_private():
    """Whoever adds a field to an event must say here which; and every kind is told."""
    fields = {name for model in MODELS.values() for name in model.__struct_fields__}
    assert not OPEN & PRIVATE
    apart = fields ^ (OPEN | PRIVATE)
    assert not apart, f"OPEN or PRIVATE of tests/support/canaries.py: {apart}"
    elsewhere = OPEN ^ (REPORTED - ROLES - {"card"})
    assert not elsewhere, f"REPORTED of chalicelib/vault/redaction.py: {elsewhere}"
    untold = {kind for kind, _, _ in STORY} ^ {kind.value for kind in MODELS}
    assert not untold, f"STORY of tests/support/canaries.py: {untold}"


class Listener(logging.Handler):
    """Writes down every line, with its error."""

    def __init__(self, lines):
        super().__init__()
        self.lines = lines

    def emit(self, record):
        """Write one down."""
        self.lines.append(logging.Formatter().format(record))


@pytest.fixture(scope="module")
def planted():
    """Give a county that was told all, what was planted, and what it logged."""
    planting = Planting()
    logged: list[str] = []
    handler = Listener(logged)
    logging.getLogger("duban").addHandler(handler)
    with (
        pytest.MonkeyPatch.context() as patch,
        mock_aws(),
        memory_world("2026-11-02T17:00:00") as made,
    ):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
        for name, text in (
            (SECRET, json.dumps({SOURCE: [KEY, PAIR.public]})),
            (RECEIPT_KEY, "receipts"),
        ):
            boto3.client("secretsmanager").create_secret(Name=name, SecretString=text)
        with redirect_stdout(StringIO()) as printed:  # metrics are printed
            case = live(made, planting)
        yield made, planting, case, [*logged, printed.getvalue()]
    logging.getLogger("duban").removeHandler(handler)


def live(county, planting):
    """Tell everything, let it become late, answer and appeal, and publish."""
    case = planting.ascii("subject")
    for place, (kind, at, said) in enumerate(STORY):
        fields = PRIVATE.intersection(MODELS[Reported(kind)].__struct_fields__)
        data = {**said, **planting.fields(fields)}
        told = {"subject": case, "type": kind, "time": at, "data": data}
        post(county, planting, place, told)
    late = planting.ascii("subject")
    kind, at, said = STORY[4]
    data = {**said, **planting.fields({"title"})}
    post(county, planting, 99, {"subject": late, "type": kind, "time": at, "data": data})
    county.pump.drain()
    county.until("2026-11-10T09:00:00")
    ask = Asker(county.services)
    (card,) = (one.card for one in county.published() if one.level == "yellow")
    text = {"text": planting.chinese("text")}
    assert ask("POST", f"/v1/cards/{card}/appeal", "Housing", text).status_code == 202
    planting.made.append(ask.bearer("Housing").partition("_")[2])
    for _ in range(3):
        county.wall.forward(minutes=6)
        county.pump.drain()
        reconcile.run({})
    county.pump.drain()
    publish(county)
    return f"{SOURCE}:{case}"


def post(county, planting, place, told):
    """Post one event, signed, with a canary in whatever has room for one.

    Every other one is signed with the source's own key, and so its whole body is kept.
    """
    event = {
        **told,
        "specversion": "1.0",
        "id": planting.ascii("id"),
        "source": SOURCE,
        "time": f"2026-11-02T{told['time']}:00+08:00",
        "sequence": f"1101011990030785{place:02d}",
        "traceparent": planting.ascii("traceparent"),
    }
    planting.made.append(event["sequence"])
    raw = json.dumps(event).encode()
    webhook_id, at = planting.ascii("webhook"), county.wall.at
    by_key = PAIR.headers(raw, at, webhook_id)
    headers = {
        **(by_key if place % 2 else sign_webhook(KEY, webhook_id, at, raw)),
        "Content-Type": "application/cloudevents+json",
        "User-Agent": planting.ascii("agent"),
        "X-Forwarded-For": planting.ascii("address"),
    }
    answer = Client(app.app).http.post("/v1/events", body=raw, headers=headers)
    assert answer.status_code == 202, answer.body


def public(county):
    """Give every byte that the public gets, by where."""
    client = Client(app.app).http
    for name, body in county.cloud.bucket.objects.items():
        yield name, name.encode() + b"\n" + body
    card = next(one.card for one in county.published())  # the name of an entry, too
    for path, methods in app.app.routes.items():
        if "GET" not in methods or path.startswith("/v1/"):
            continue
        for asked in (path, f"{path}?lang=en") if not path.endswith("json") else (path,):
            answer = client.get(asked.replace("{entry_id}", card).replace("{index}", "0"))
            yield asked, json.dumps(dict(answer.headers)).encode() + answer.body


def leaks(planting, body):
    """Name the canaries in *body*."""
    return [text for text in planting.made if any(form in body for form in forms(text))]


def test_no_canary_is_in_anything_public(planted):
    """Objects of the log, pages, data, the API's description, headers."""
    county, planting, _, _ = planted
    searched = dict(public(county))
    assert {"/", "/openapi.json", "/log/entry/{entry_id}", "checkpoint"} <= searched.keys()
    assert b"leaf_hash" in searched["/log/entry/{entry_id}"]
    assert b"Housing" in b"".join(searched.values()), "what is open can be found"
    found = {where: leaks(planting, body) for where, body in searched.items()}
    assert {where: texts for where, texts in found.items() if texts} == {}
    assert len(planting.made) > 100


def test_no_canary_is_logged(planted):
    """Nor in what functions write about themselves."""
    _, planting, _, logged = planted
    assert any("supervised" in line for line in logged)
    assert leaks(planting, "\n".join(logged).encode()) == []


def test_the_tables_hold_names_of_events_and_cases_and_nothing_else(planted):
    """Once all is sealed; what is in the vault is enciphered."""
    county, planting, _, _ = planted
    names = {text for text in planting.made if text.endswith(("-id", "-subject"))}
    other = set(planting.made) - names
    found = traces(county.cloud, other)
    assert found == {}


def test_nothing_opens_what_is_shredded(planted):
    """The digests of both cases' leaves stay, and nothing opens them."""
    county, _, case, _ = planted
    assert openings(county.cloud, case)
    event = shredding_event(case, 0, BASIS, county.services.now())
    county.services.inbox.put_own_event(case, event["id"], event, county.services.now())
    county.pump.drain()
    assert openings(county.cloud, case) == []
