"""The operations of this API, one row each, for its OpenAPI document; a test compares the routes.

Pure data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.api.schemas import (
    INSTANT,
    LAMP,
    LINE,
    PRINTABLE,
    TEXT,
    Schema,
    list_of,
    or_empty,
    ref,
)
from chalicelib.intake.idempotency import HEADER, MAX_KEY

JSON = "application/json"
HTML = "text/html"
EVENT = "application/cloudevents+json"
EVENTS = "application/cloudevents-batch+json"
LANGUAGE = ("lang", or_empty({"type": "string", "enum": ["zh", "en"]}), "Language of the page")
_INDEX: Schema = {"type": "integer", "minimum": 0, "maximum": 10**16 - 1}
BEFORE = ("before", or_empty(_INDEX), "Only cards issued before this index")
# An Idempotency-Key: in quotes, or bare.
KEY_OF_REQUEST: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_KEY,
    "pattern": r'^("([ !#-\[\]-~]|\\["\\])+"|[A-Za-z0-9!#$%&\'*+./:=?@^_`|~-]+)$',
}
KEY_HEADER = ((HEADER, KEY_OF_REQUEST, "The same again under the same key is done once"),)
# What may stand in a path, percent-encoded once; anything else is 404.
IN_PATH: Mapping[str, Schema] = {
    "case_id": {**TEXT, "maxLength": 600, "pattern": "^[ -~]+$"},
    "number": {**TEXT, "pattern": "^[0-9]{1,9}$"},
    "lead_id": {**TEXT, "pattern": r"^[a-z2-7]{26}$"},
    "card_id": {**TEXT, "pattern": r"^[a-z0-9_]{1,64}\.[0-9]{1,9}$"},
    "document": {**TEXT, "pattern": r"^[a-z_]+\.(html|pdf)$"},
    "entry_id": {**TEXT, "pattern": r"^[a-z0-9_]{1,64}\.(0|[1-9][0-9]{0,8})$"},
    "index": {**TEXT, "pattern": "^[0-9]{1,16}$"},
    "size": {**TEXT, "pattern": "^[0-9]{1,16}$"},
    "key_id": {**TEXT, "pattern": "^[0-9a-f]{8}$"},
    "digest": {**TEXT, "pattern": "^[0-9a-f]{64}$"},
    "level": {**TEXT, "pattern": "^([0-9]|[1-5][0-9]|6[0-3]|entries)$"},
    **{name: {**TEXT, "pattern": r"^x?[0-9]{1,3}(\.p)?$"} for name in "abcd"},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path: its request, its answers and its refusals."""

    path: str
    method: str
    summary: str
    answers: dict[str, Schema]
    status: int = 200
    takes: dict[str, Schema] | None = None
    needs_body: bool = True
    query: tuple[tuple[str, Schema, str], ...] = ()
    needs: tuple[str, ...] = ()  # of the query
    headers: tuple[tuple[str, Schema, str], ...] = ()
    key: str = ""
    refuses: tuple[int, ...] = ()
    problems: Mapping[int, str] = field(default_factory=dict)  # those with a schema of their own

    def document(self) -> dict[str, Any]:
        """Describe this operation as OpenAPI does."""
        description: dict[str, Any] = {"summary": self.summary, "responses": self._responses()}
        queries = [
            _parameter("query", *parameter)
            | ({"required": True} if parameter[0] in self.needs else {})
            for parameter in self.query
        ]
        headers = [_parameter("header", *parameter) for parameter in self.headers]
        parameters = [*self._in_path(), *queries, *headers]
        if parameters:
            description["parameters"] = parameters
        if self.takes:
            description["requestBody"] = {
                "content": _content(self.takes),
                "required": self.needs_body,
            }
        if self.key:
            description["security"] = [{self.key: []}]
        return description

    def _in_path(self) -> list[dict[str, Any]]:
        names = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        return [
            {"name": name, "in": "path", "required": True, "schema": IN_PATH[name]}
            for name in names
        ]

    def _responses(self) -> dict[str, Any]:
        refusals = {
            str(status): _problem("refused", self.problems.get(status, "Problem"))
            for status in self.refuses
        }
        return {
            str(self.status): {"description": "done", "content": _content(self.answers)},
            **refusals,
            **({"308": {"description": "the address lacks its slash"}} if self.path == "/" else {}),
            "default": _problem("any other problem", "Problem"),
        }


def _content(media: dict[str, Schema]) -> dict[str, Any]:
    return {name: {"schema": schema} for name, schema in media.items()}


def _problem(description: str, schema: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": ref(schema)}}
    return {"description": description, "content": content}


def _parameter(location: str, name: str, schema: Schema, description: str) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": schema, "description": description}


OPERATIONS = (
    Operation(
        "/v1/events",
        "post",
        "Report events of cases (报送), one or up to 100; Standard Webhooks signature",
        {JSON: {"anyOf": [ref("Recorded"), ref("Results")]}},
        status=202,
        takes={EVENT: ref("Event"), EVENTS: list_of(ref("Event"))},
        key="signature",
        refuses=(400, 401, 403, 409, 413, 415, 422, 429),
    ),
    Operation(
        "/v1/alerts",
        "get",
        "Follow warnings, cards, re-checks and gaps, in the order of the log (HTTP Feed)",
        {EVENTS: list_of(ref("Alert"))},
        query=(
            (
                "lastEventId",
                {**TEXT, "pattern": "^([0-9]{1,16})?$"},
                "The last alert already read; exclusive",
            ),
            (
                "timeout",
                or_empty({"type": "integer", "minimum": 0, "maximum": 999_999_999}),
                "Milliseconds to wait for something new; more than 20000 are taken as 20000",
            ),
        ),
        key="inspector",
        refuses=(401, 403, 422),
    ),
    Operation(
        "/v1/cases",
        "get",
        "List the open cases, those due first first, and the transfers that a department is asked",
        {JSON: ref("Cases")},
        query=(
            ("department", LINE, "Only this department's"),
            ("lamp", or_empty(LAMP), "Only those with this lamp"),
            ("kind", or_empty({"type": "string", "enum": ["permit"]}), "Only this kind"),
        ),
        key="inspector",
        refuses=(401, 403, 422),
    ),
    Operation(
        "/v1/cases/{case_id}",
        "get",
        "Show a case: state, clocks, lamp, facts. Its id is `source:subject`, percent-encoded "
        "once, a slash too (%2F)",
        {JSON: ref("Case")},
        key="inspector",
        refuses=(401, 403, 404),
    ),
    Operation(
        "/v1/cases/{case_id}/explain",
        "get",
        "Explain the due day of each clock of a case: day by day, and as a Chinese paragraph",
        {JSON: ref("Explanation")},
        key="inspector",
        refuses=(401, 403, 404),
    ),
    Operation("/", "get", "The board", {HTML: TEXT}, query=(LANGUAGE,), refuses=(422,)),
    Operation(
        "/departments",
        "get",
        "Counts by department",
        {HTML: TEXT},
        query=(LANGUAGE,),
        refuses=(422,),
    ),
    Operation(
        "/cards",
        "get",
        "The published cards",
        {HTML: TEXT},
        query=(LANGUAGE, BEFORE),
        refuses=(422,),
    ),
    Operation(
        "/cards.json",
        "get",
        "The published cards, newest first; `next` leads to older ones",
        {JSON: ref("Cards")},
        query=(BEFORE,),
        refuses=(422,),
    ),
    Operation("/departments.json", "get", "Counts by department", {JSON: ref("Departments")}),
    Operation("/openapi.json", "get", "This document", {JSON: {"type": "object"}}),
    Operation("/healthz", "get", "Whether it is up", {JSON: ref("Health")}),
    Operation(
        "/v1/clock",
        "put",
        "Set or speed up the clock; in a local stage only",
        {JSON: ref("Idle")},
        takes={JSON: ref("Clock")},
        key="operator",
        refuses=(400, 401, 403, 404, 422),
    ),
)

EVENT_ATTRIBUTES: dict[str, Schema] = {
    "specversion": {"const": "1.0"},
    "id": {**PRINTABLE, "maxLength": 256, "description": "Unique within the source"},
    "source": {**PRINTABLE, "maxLength": 256, "description": "The registered intake system"},
    "subject": {**PRINTABLE, "maxLength": 256, "description": "Its case number"},
    "time": {**INSTANT, "description": "When it happened"},
    "recordedtime": {**INSTANT, "description": "When the intake system wrote it down"},
    "sequence": {
        **PRINTABLE,
        "maxLength": 256,
        "description": "The order the source gives to its own events",
    },
    "datacontenttype": {"const": "application/json"},
}
