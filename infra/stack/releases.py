"""What was deployed as a stage, in order: to go back to, and to make a deleted stack again from.

A note for each deployment that came through, in the bucket of artefacts: the template, which names
its packages by their hashes, and the stack's parameters. None is ever taken away.
"""

from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import asdict

from chalicelib.errors import BadInput
from chalicelib.instant import text
from infra.stack import artefacts, formation, release
from infra.stack.cloud import Cloud


class Release(Struct, frozen=True):
    """A deployment: when, of which version, and what CloudFormation was given."""

    at: str
    version: str
    template: str
    parameters: dict[str, str]
    is_back: bool = False  # by going back to an earlier one

    @property
    def mark(self) -> str:
        """Return version and time, for people."""
        return f"{self.version}, {self.at}"


def note(cloud: Cloud, stage: str, template: str, *, is_back: bool = False) -> None:
    """Note that *stage* has the *template* now, unless that is noted.

    Crash before it: the stack is as deployed; the same command again changes nothing and notes it.
    """
    parameters = formation.parameters_of(cloud, formation.stack_name(stage))
    known = history(cloud, stage)
    if known and (known[-1].template, known[-1].parameters) == (template, parameters):
        return
    made = Release(text(datetime.now(UTC)), release.version(), template, parameters, is_back)
    artefacts.write_note(cloud, f"releases/{stage}/{made.at}.json", asdict(made))


def history(cloud: Cloud, stage: str) -> list[Release]:
    """Return all releases of *stage*, the newest last."""
    keys = [*artefacts.note_keys(cloud, f"releases/{stage}/")]
    return [Release(**found) for key in keys if (found := artefacts.read_note(cloud, key))]


def before_present(cloud: Cloud, stage: str) -> Release:
    """Return the newest release before the present one with another template. Raises BadInput.

    Who went back is at the release that was gone back to: what came after it does not count.
    """
    line: list[Release] = []
    for each in history(cloud, stage):
        while each.is_back and line and line[-1].template != each.template:
            line.pop()
        line.append(each)
    for each in reversed(line):
        if each.template != line[-1].template:
            return each
    zh = "没有更早的版本可以退回"
    raise BadInput(zh=zh, en="there is no earlier release to go back to", where=stage)
