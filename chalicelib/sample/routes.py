"""`/v1/samples`: files drawn for review (案卷抽查), for inspectors (DOMAIN §6.4).

`POST /v1/samples` selects the list from the log and commits to it; `/draw` enters the public value,
`/exchange` gives a drawn file up for the next rank, `/review` says what was found in one. `GET`
lists the samples, or shows one. The functions that take a caller serve the desk as well.
"""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from chalice.app import Blueprint, Response

from chalicelib.cases.case_id import sample_case
from chalicelib.draw.exchange import next_rank
from chalicelib.draw.ranking import ranking, ranking_digest
from chalicelib.draw.source import random_sources
from chalicelib.errors import Rejected
from chalicelib.instant import parse
from chalicelib.intake import idempotency
from chalicelib.intake.inbox_id import own_id
from chalicelib.intake.json_text import JsonObject, bad_field
from chalicelib.log.objects import rules_path
from chalicelib.people.rights import Act, reaches
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.query import decode_parameter
from chalicelib.plumbing.services import Services, current_services
from chalicelib.sample.acts import (
    SampleAct,
    commitment_act,
    read_draw,
    read_exchange,
    read_review,
    read_wanted,
    stated,
)
from chalicelib.sample.query import FileQuery, read_query
from chalicelib.sample.state import MISFITS
from chalicelib.sample.store import (
    all_samples,
    as_logged,
    committed_before,
    internal_names,
    must_be_due,
    must_be_first,
    must_be_open,
    newest_samples,
    read_sample,
    select_and_commit,
)
from chalicelib.sample.view import Sample, full, line, short_line

if TYPE_CHECKING:
    from chalicelib.people.caller import Caller

ActName = Literal["draw", "exchange", "review"]


class SampleRequest(NamedTuple):
    """The *body* of a request, and its Idempotency-*key*; empty where it has none."""

    body: bytes
    key: str = ""


_COMMIT = "commit"  # the id of the event; those of the others are numbered
_NAME = re.compile(r"[a-z2-7]{26}", re.ASCII)
blueprint = Blueprint(__name__)


@blueprint.route("/v1/samples", methods=["GET", "POST"])
def samples() -> Response:
    """List the samples, or commit to one."""
    services, request = current_services(), blueprint.current_request
    if request.method == "POST":
        caller = services.keys.require(request.headers, "draw_sample")
        return private_json(commit_sample(services, caller, _read(request)), 202)
    caller = services.keys.require(request.headers, "see_sample")
    return private_json(list_samples(services, caller))


@blueprint.route("/v1/samples/{sample_id}", methods=["GET"])
def sample(sample_id: str) -> Response:
    """Show a sample."""
    services = current_services()
    caller = services.keys.require(blueprint.current_request.headers, "see_sample")
    return private_json(show_sample(services, caller, decode_parameter(sample_id)))


@blueprint.route("/v1/samples/{sample_id}/draw", methods=["POST"])
def draw(sample_id: str) -> Response:
    """Enter the public random value, by which the list is drawn from."""
    return _act(sample_id, "draw")


@blueprint.route("/v1/samples/{sample_id}/exchange", methods=["POST"])
def exchange(sample_id: str) -> Response:
    """Give a drawn file up; the next rank stands in."""
    return _act(sample_id, "exchange")


@blueprint.route("/v1/samples/{sample_id}/review", methods=["POST"])
def review(sample_id: str) -> Response:
    """Say what was found in a drawn file."""
    return _act(sample_id, "review")


def _act(sample_id: str, act: ActName) -> Response:
    services, request = current_services(), blueprint.current_request
    caller = services.keys.require(request.headers, "draw_sample")
    name = decode_parameter(sample_id)
    return private_json(act_on_sample(services, caller, name, act, _read(request)), 202)


def _read(request: Any) -> SampleRequest:
    key = idempotency.read_idempotency_key(request.headers.get(idempotency.HEADER))
    return SampleRequest(request.raw_body, key)


def list_samples(services: Services, caller: "Caller") -> JsonObject:
    """Return the samples that *caller* may see, the newest first."""
    zone = services.profile().zone
    samples = (each for each in all_samples(services) if _reaches(caller, "see_sample", each.query))
    return services.name_tokens.reveal({"samples": [line(each, zone) for each in samples]})  # type: ignore[no-any-return]


def list_newest(services: Services, caller: "Caller", most: int) -> JsonObject:
    """Return the newest samples, at most so many, as far as *caller* may see them: for a page."""
    zone = services.profile().zone
    lines = [
        short_line(snapshot, commitment, zone)
        for snapshot, commitment in newest_samples(services, most)
        if _reaches(caller, "see_sample", read_query(commitment.about))
    ]
    return services.name_tokens.reveal({"samples": lines})  # type: ignore[no-any-return]


def show_sample(
    services: Services, caller: "Caller", name: str, *, is_page: bool = False
) -> JsonObject:
    """Return the sample *name*, with the internal ids of the files that are drawn. 404: none.

    A page has none of these, for each takes two requests; it leads to the search for one.
    """
    found = _find(services, caller, "see_sample", name)
    entries = [] if is_page else [place.entry for place in found.places]
    cases = internal_names(services, entries)
    shown = full(found, services.now(), services.profile().zone, cases)
    return services.name_tokens.reveal(shown)  # type: ignore[no-any-return]


def commit_sample(services: Services, caller: "Caller", asked: SampleRequest) -> JsonObject:
    """Select the list that is *asked* for, and commit to it. Return the receipt.

    The sample's name follows from what is asked, so of two who ask at once one is refused.
    """
    wanted = read_wanted(asked.body, services.profile().zone)
    query = FileQuery(
        wanted.population, wanted.since, wanted.until, 0, **as_logged(services, wanted.filters)
    )
    if not _reaches(caller, "draw_sample", query):
        zh, en = "须是您负责的地区", "a region that you are responsible for is needed"
        raise bad_field("region", zh, en, 403)
    name, request = query.sample_name(wanted.instead_of), _request(asked.key, caller)
    act = commitment_act(wanted, caller.id, caller.role)
    before = read_sample(services, name)
    if before is not None:
        if again := _answer_again(services, before, act, request):
            return again
        raise committed_before([name])
    must_be_due(services, wanted)
    must_be_first(services, wanted, query)
    receipts = services.receipts  # before anything is recorded: it needs its key
    commitment = select_and_commit(services, wanted, query)
    # Crash between the two: a list lies beside the log that nothing names; it does no harm.
    services.objects.put_new(rules_path(commitment.digest), commitment.body)
    computed = stated(commitment)
    event = act.event(name, _COMMIT, services.now(), computed)
    done = _put(services, event, request)
    return {"id": name, "status": "recorded", **computed, **receipts.of_act(done)}


def act_on_sample(
    services: Services, caller: "Caller", name: str, act: ActName, asked: SampleRequest
) -> JsonObject:
    """Record an act about the sample *name*. Return the receipt. Raises Rejected."""
    found, request = _find(services, caller, "draw_sample", name), _request(asked.key, caller)
    source = random_sources()[found.commitment.source]
    who = caller.id, caller.role
    match act:
        case "draw":
            taken = read_draw(asked.body, source, *who)
        case "exchange":
            taken = read_exchange(asked.body, *who)
        case "review":
            taken = read_review(asked.body, *who)
    if again := _answer_again(services, found, taken, request):
        return again
    entry = str(taken.payload.get("entry", ""))
    if reason := found.state.misfit(taken.kind, entry):
        zh = f"不能办理：{MISFITS[reason]}。"
        raise Rejected(
            409, zh=zh, en=f"it does not fit: {reason}", also={"state": found.state.stage}
        )
    event_name, computed = _computed(services, found, act, taken)
    receipts = services.receipts  # before anything is recorded: it needs its key
    # Crash after it is recorded: no receipt is given, but under the same Idempotency-Key.
    done = _put(services, taken.event(name, event_name, services.now(), computed), request)
    return {"id": name, "status": "recorded", **computed, **receipts.of_act(done)}


def _computed(
    services: Services, found: Sample, act: ActName, taken: SampleAct
) -> tuple[str, JsonObject]:
    """Return the id of the event of an act, and what we add to it. Raises Rejected."""
    state, entry = found.state, str(taken.payload.get("entry", ""))
    if act == "draw":
        must_be_open(services, found)
        ranked = ranking(found.commitment, str(taken.payload["value"]))
        return "draw", {"ranking": ranking_digest(ranked)}
    if entry not in (place.entry for place in found.places):
        raise bad_field("entry", "没有抽到这份案卷", "this file is not drawn")
    if act == "review":
        return f"review/{state.reviewed + 1}", {}
    count = len(state.exchanges)
    replacement = next_rank(found.ranked, found.commitment.number, count)
    if not replacement:
        zh, en = "名单已经用完，没有可以替补的。", "the list is used up: nobody is left to stand in"
        raise Rejected(409, zh=zh, en=en)
    return f"exchange/{count + 1}", {"replacement": replacement}


def _answer_again(
    services: Services, found: Sample, act: SampleAct, request: str
) -> JsonObject | None:
    """Answer a repeated *request*; None: a new one. Another content is refused (409)."""
    case = sample_case(found.name)
    stored = services.inbox.of_request(case, request) if request else None
    if stored is None:
        return None
    name = stored.id.removeprefix(own_id(""))
    fact = next((fact for fact in found.state.facts if fact.key.endswith(f"/{name}")), None)
    computed = {each: fact.data[each] for each in act.computed if fact and each in fact.data}
    event = act.event(found.name, name, parse(stored.received_at or ""), computed)
    with idempotency.refuse_other_use("sample"):
        done = services.inbox.repeated(stored, event)
    receipt = services.receipts.of_act(done)
    return {"id": found.name, "status": "recorded", **computed, **receipt}


def _put(services: Services, event: Any, request: str) -> Any:
    """Save the event of an act. Of two at the same moment the second is refused (409)."""
    try:
        return services.inbox.put_act(event, request)
    except Rejected as refusal:
        zh, en = "刚有人办过，请刷新后再试。", "somebody acted just now: look again"
        raise Rejected(HTTPStatus.CONFLICT, zh=zh, en=en) from refusal


def _request(key: str, caller: "Caller") -> str:
    """Return the name of the request under its Idempotency-Key; empty without one."""
    return idempotency.name_request(key, caller.id) if key else ""


def _reaches(caller: "Caller", act: Act, query: FileQuery) -> bool:
    return reaches(caller, act, query.department, query.region)


def _find(services: Services, caller: "Caller", act: Act, name: str) -> Sample:
    found = read_sample(services, name) if _NAME.fullmatch(name) else None
    if found is None or not _reaches(caller, act, found.query):
        raise Rejected(404, zh="没有这次抽查。", en="there is no such sample")
    return found
