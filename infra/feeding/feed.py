"""Feeds a log's cases into a local stage: signed webhooks in order of time, driving its clock."""

import os
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import BadInput
from infra.feeding.feed_log import FeedStory, chunks
from infra.feeding.sender import CourierAccess
from infra.replay.read_log import Progress, no_progress
from infra.stack.cloud import ACCESS_FILE, read_access
from infra.terminal.language import say

SECRET, KEY = "DUBAN_SOURCE_SECRET", "DUBAN_OPERATOR_KEY"  # names of variables, not secrets


class Fed(Struct, frozen=True):
    """The counts of a feed, and the time of the stage's clock at the end."""

    cases: int
    results: Counter[str]
    now: str

    def written(self) -> dict[str, object]:
        """Return the summary as a JSON object."""
        known = {name: self.results[name] for name in ("recorded", "duplicate")}
        return {"cases": self.cases, "events": self.results.total(), **known, "now": self.now}


def access_to(url: str, source: str | None, secret: str | None, key: str | None) -> CourierAccess:
    """Return access to *url*: as given, else of the environment or `duban up`. Raises BadInput."""
    access = source_at(url, source, secret)
    key = key or os.environ.get(KEY) or access.operator_key
    if not key:
        raise BadInput(
            zh=f"缺运维钥匙，也可设 {KEY}", en=f"no operator key; or set {KEY}", where="--key"
        )
    return replace(access, operator_key=key)


def source_at(url: str, source: str | None, secret: str | None) -> CourierAccess:
    """Return who posts at *url*; the operator's key is there where `duban up` left one."""
    secret = secret or os.environ.get(SECRET)
    try:
        access = read_access(ACCESS_FILE)
    except OSError:
        if not (source and secret):
            raise
        access = None  # it is another user's, and is not needed
    is_meant = access is not None and access.url == url.rstrip("/")
    sources, keys = (access.sources, access.keys) if access and is_meant else ({}, {})
    name = source or next(iter(sources), None)
    secret = secret or sources.get(name or "")
    if not name:
        zh = "由哪个系统报送？.duban/local.json 里没有这个地址的"
        en = "which source posts? not in .duban/local.json for this URL"
        raise BadInput(zh=zh, en=en, where="--source")
    if not secret:
        zh = f"缺 {name!r} 的密钥，也可设 {SECRET}"
        en = f"no secret of source {name!r}; or set {SECRET}"
        raise BadInput(zh=zh, en=en, where="--secret")
    return CourierAccess(url.rstrip("/"), name, secret, keys.get("operator", ""))


class Deployment(Protocol):
    """The part of a stage that a feed needs; a `Courier` does it over HTTP."""

    def set_clock(
        self,
        now: datetime | None = None,
        speed: int | None = None,
        counting: Mapping[str, str] | None = None,
    ) -> str:
        """Set the clock; return the time once everything has come through."""

    def post(self, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Post *events*; return their results in order."""


def feed(story: FeedStory, deployment: Deployment, progress: Progress = no_progress) -> Fed:
    """Post the whole *story* to *deployment*, and leave its clock, stopped, at the end of it.

    The stage counts days as the story's region does, and its clock stops at the story's stops.

    Crash: the same call goes on from there. Events that were posted before are duplicates, and to
    set the clock back changes no fact.
    """
    results: Counter[str] = Counter()
    show = progress(say("报送", "feeding"), len(story.posted))
    stops = deque(story.stops)
    begin = min([story.ends, *(event.at for event in story.posted[:1])])
    deployment.set_clock(begin, 0, story.counting)
    for chunk in chunks(story.posted):
        pass_stops(stops, chunk[-1].at, deployment)
        deployment.set_clock(chunk[-1].at, 0)
        results.update(post_events(deployment, [event.event for event in chunk]))
        show(sum(results.values()))
    pass_stops(stops, story.ends, deployment)
    now = deployment.set_clock(story.ends, 0)
    show(len(story.posted))
    return Fed(len({event.event["subject"] for event in story.posted}), results, now)


def pass_stops(stops: deque[datetime], until: datetime, deployment: Deployment) -> None:
    """Stop at each of *stops* before *until*, so that crossings are noticed then."""
    while stops and stops[0] < until:
        deployment.set_clock(stops.popleft(), 0)


def post_events(deployment: Deployment, events: Sequence[Mapping[str, Any]]) -> list[str]:
    """Post *events*; return the status of each. Raises BadInput where one is refused."""
    answers = deployment.post(events)
    for event, answer in zip(events, answers, strict=True):
        if answer["status"] == "refused":
            why = answer.get("problem", {}).get("detail", "no reason given")
            raise BadInput(zh=f"被拒收：{why}", en=f"refused: {why}", where=f"event {event['id']}")
    return [answer["status"] for answer in answers]
