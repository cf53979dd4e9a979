"""Feeds a log's cases into a local stage: signed webhooks in order of time, driving its clock."""

import json
import os
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.errors import BadInput
from infra.cloud import TOLD
from infra.courier import Access
from infra.feed_log import Posted, Story, chunks
from infra.replay.read_log import Progress, no_progress

SECRET, KEY = "DUBAN_SOURCE_SECRET", "DUBAN_OPERATOR_KEY"  # names of variables, not secrets


@dataclass(frozen=True, slots=True)
class Fed:
    """What was fed, and what the stage's clock shows in the end."""

    cases: int
    results: Counter[str]
    now: str

    def written(self) -> dict[str, object]:
        """The summary, ready for JSON."""
        return {
            "cases": self.cases,
            "events": sum(self.results.values()),
            "recorded": self.results["recorded"],
            "duplicate": self.results["duplicate"],
            "now": self.now,
        }


def access_to(url: str, source: str | None, secret: str | None, key: str | None) -> Access:
    """What opens the stage at *url*: as given, else from the environment, else `duban up` told us.

    Raises BadInput that names what is missing.
    """
    told = _told(url)
    sources: dict[str, str] = told.get("sources", {})
    name = source or next(iter(sources), None)
    secret = secret or os.environ.get(SECRET) or sources.get(name or "")
    key = key or os.environ.get(KEY) or told.get("keys", {}).get("operator")
    if not name:
        raise BadInput("which source posts? not in .duban/local.json for this URL", "--source")
    if not secret:
        raise BadInput(f"no secret of source {name!r}; or set {SECRET}", "--secret")
    if not key:
        raise BadInput(f"no operator key; or set {KEY}", "--key")
    return Access(url.rstrip("/"), name, secret, key)


class Stage(Protocol):
    """What is asked of a stage; a `Courier` does it over HTTP."""

    def set_clock(
        self,
        now: datetime | None = None,
        speed: int | None = None,
        counting: Mapping[str, str] | None = None,
    ) -> str:
        """Set the clock, and tell the time once everything has come through."""

    def post(self, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Post *events* and give their results in order."""


def feed(story: Story, stage: Stage, progress: Progress = no_progress) -> Fed:
    """Tell *stage* the whole *story*, and leave its clock, stopped, at the end of it.

    The stage is told how the story's region counts days, and its clock stops where the story says.

    Whatever stops it half-way, the same again goes on from there: what the stage knows it calls a
    duplicate, and going back with the clock takes nothing back.
    """
    results: Counter[str] = Counter()
    show = progress("feeding", len(story.posted))
    stops = deque(story.stops)
    begin = min([story.ends, *(one.at for one in story.posted[:1])])
    stage.set_clock(begin, 0, story.counting)
    for chunk in chunks(story.posted):
        _pass(stops, chunk[-1].at, stage)
        stage.set_clock(chunk[-1].at, 0)
        results.update(_post(stage, chunk))
        show(sum(results.values()))
    _pass(stops, story.ends, stage)
    now = stage.set_clock(story.ends, 0)
    show(len(story.posted))
    return Fed(len({one.event["subject"] for one in story.posted}), results, now)


def _pass(stops: deque[datetime], until: datetime, stage: Stage) -> None:
    """Stop at each of *stops* before *until*."""
    while stops and stops[0] < until:
        stage.set_clock(stops.popleft(), 0)


def _post(stage: Stage, chunk: list[Posted]) -> list[str]:
    answers = stage.post([one.event for one in chunk])
    for one, answer in zip(chunk, answers, strict=True):
        if answer["status"] == "refused":
            why = answer.get("problem", {}).get("detail", "no reason given")
            raise BadInput(f"refused: {why}", f"event {one.event['id']}")
    return [answer["status"] for answer in answers]


def _told(url: str) -> dict[str, Any]:
    """What `duban up` wrote of the stage at *url*; nothing where it told of another."""
    try:
        told: dict[str, Any] = json.loads(TOLD.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if told.get("url") == url.rstrip("/") else {}
