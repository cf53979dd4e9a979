"""Somebody who looks at the public log again and again, and may see the tables behind it.

In: what is public, after anything that may happen. Any violation of the invariants I1-I9 of
AUDIT_LOG §7 is raised. Of what is public the stranger judges, who shares no code with the service.
"""

from base64 import b64decode
from functools import cached_property

from tests.stranger.merkle import leaf_hash, root
from tests.stranger.notes import Key
from tests.stranger.visit import Visit, signed, visit
from tests.support.log_audit import audit
from tests.support.memory_stage import MemoryWorld
from tests.support.public_log import log_key


class Watcher:
    """Remembers all that was ever shown."""

    def __init__(self, county: MemoryWorld) -> None:
        self.notes: list[bytes] = []
        self._county = county
        self._shown: dict[str, bytes] = {}
        self._last_signed = (0, b"")
        county.cloud.bucket.checkpoints.clear()

    @cached_property
    def key(self) -> Key:
        """The log's key, as it was when there was first a checkpoint."""
        return log_key(self._county)

    @property
    def size(self) -> int:
        """How many entries are public."""
        return signed(self.notes[-1], self.key)[0].size if self.notes else 0

    def look(self, *, is_quiet: bool = False) -> Visit | None:
        """Check everything; None while there is no checkpoint."""
        cloud = self._county.cloud
        rows = audit(cloud.items["test-Log"].values(), cloud.items["test-Facts"].values())
        entries = [row["leaf"].encode() for row in rows]
        seen = self.look_at_objects(is_quiet=is_quiet)
        if seen:
            assert list(seen.entries) == entries[: len(seen.entries)], "I6: commit before sign"
        self._check_signed(entries)
        return seen

    def look_at_objects(self, *, is_quiet: bool = False) -> Visit | None:
        """Check what is public alone."""
        objects = self._county.cloud.bucket.objects
        for name, raw in self._shown.items():
            full, is_partial, _ = name.partition(".p/")
            if is_partial and name not in objects:  # it may go once the full one is there
                assert objects.get(full, b"").startswith(raw), f"I8: {name} is gone"
            else:
                assert objects.get(name) == raw, f"I8: {name} changed"
        self._shown |= {name: raw for name, raw in objects.items() if name != "checkpoint"}
        if "checkpoint" not in objects:
            assert not self.notes, "I8: the checkpoint is gone"
            return None
        shown = [signed(raw, self.key)[0].size for raw in self._county.cloud.bucket.checkpoints]
        assert shown == sorted(shown), "I8: the checkpoint went back"
        seen = visit(objects.get, self.key, self.notes, is_quiet=is_quiet)
        if seen.note not in self.notes:
            self.notes.append(seen.note)
        return seen

    def _check_signed(self, entries: list[bytes]) -> None:
        """Whatever was signed, published or not, was committed, and its beginning never changes."""
        hashes = [leaf_hash(entry) for entry in entries]
        public = 0
        for name, raw in self._county.cloud.bucket.objects.items():
            if name.startswith("checkpoints/"):
                claimed, _ = signed(raw, self.key)
                assert claimed.size <= len(entries), f"I6: {name} is beyond the log"
                assert claimed.root == root(hashes[: claimed.size]), f"I1: {name} is another log's"
                public = max(public, claimed.size)
        for item in self._county.cloud.items["test-Signed"].values():
            size, top = int(item["size"]["N"]), b64decode(item["root"]["S"])
            assert size <= len(entries), "I6: signed before it was committed"
            assert top == root(hashes[:size]), "I1: another log was signed"
            assert size >= max(public, self._last_signed[0]), "I6: the signer went back"
            self._last_signed = (size, top)
