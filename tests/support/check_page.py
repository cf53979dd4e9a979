"""Asks the page `/log/check` about logs: its script alone in Node, or all of it in Chromium."""

import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec import Struct, field

from chalicelib.board.check_page import script_core
from tests.support.shown_log import LOG, NOW, vkey, written

Found = dict[str, bool | None]
_HARNESS = """
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", async () => {
  const found = [];
  for (const { asked, objects, now } of JSON.parse(Buffer.concat(chunks))) {
    const bytes = (path) => new Uint8Array(Buffer.from(objects[path], "base64"));
    const get = async (path) => (path in objects ? bytes(path) : null);
    const view = await checkLog(asked, get, now);
    found.push(view.results.map(({ name, ok, en }) => [name, ok, en]));
  }
  console.log(JSON.stringify(found));
});
"""


class Question(Struct, frozen=True, dict=True):
    """What is asked of the log that *objects* show."""

    objects: Mapping[str, bytes]
    what: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    now: float = NOW.timestamp()

    def fields(self) -> dict[str, Any]:
        """What is filled in: the log's key at least."""
        return {"what": self.what, "vkey": vkey(LOG), "witnesses": [], "old": "", **self.asked}


def hints(leaves: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """What the service says of each entry: where it is, and its leaf."""
    return {
        f"entry/{leaf['case']}.{leaf['n']}": json.dumps(
            {"index": index, "leaf": written(leaf).decode(), "state": "published"}
        ).encode()
        for index, leaf in enumerate(leaves)
    }


def in_node(questions: Sequence[Question]) -> list[Found]:
    """Return what each question's checks came to, by their names."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: the script of /log/check is not run")
    told = [
        {
            "asked": each.fields(),
            "now": each.now,
            "objects": {path: b64encode(body).decode() for path, body in each.objects.items()},
        }
        for each in questions
    ]
    ended = subprocess.run(
        [node, "-e", script_core() + _HARNESS],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    return [{name: ok for name, ok, _ in found} for found in json.loads(ended.stdout)]
