"""One public object after the other held against what was signed; what differs is put right."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import asdict

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.objects import CHECKPOINT, Objects
from infra.recovery.public import signed_checkpoint
from infra.recovery.public_bucket import PublicBucket
from infra.terminal.language import say


class Mended(Struct, dict=True):
    """Names of objects: *wrong* and *missing* ones, and those for which nothing right was found."""

    size: int
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def written(self) -> dict[str, object]:
        """Return the result as one JSON document."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield the result as lines for people."""
        yield say(f"签名 {self.size} 条", f"{self.size} entries were signed")
        for zh, en, paths in (
            ("字节不符", "other bytes", self.wrong),
            ("缺失", "missing", self.missing),
            ("找不到正确内容", "nothing right was found", self.lost),
        ):
            yield from (f"{path}: {say(zh, en)}" for path in paths)

    @property
    def was_whole(self) -> bool:
        """Return whether there was nothing to mend."""
        return not (self.wrong or self.missing or self.lost)


class ObjectCheck(Struct, frozen=True):
    """Looks at *objects*; *roots* are those signed, by their sizes; it writes where it *writes*."""

    objects: Objects
    bucket: PublicBucket
    found: Mended
    roots: dict[int, bytes]
    writes: bool
    right: dict[str, bytes] = field(default_factory=dict)  # of those that were found wrong

    def expect(self, path: str, right: bytes) -> None:
        """Compare an object with what it should be; where *writes*, put it right."""
        stored = self.objects.get(path)
        if stored == right:
            return
        (self.found.missing if stored is None else self.found.wrong).append(path)
        if self.writes and stored is None:
            self.objects.put_new(path, right)
        elif self.writes:
            self.bucket.put_over(path, right)

    def expect_proven(self, path: str, is_right: Callable[[bytes], bool]) -> None:
        """Look at an object that proves itself; bring back its first version that does."""
        stored = self.objects.get(path)
        if stored is not None and is_right(stored):
            return
        right = next((each for each in self.bucket.versions(path) if is_right(each)), None)
        if right is None:
            self.found.lost.append(path)
        else:
            self.right[path] = right
            self.expect(path, right)

    def size_of(self, raw: bytes, path: str) -> int | None:
        """Return the size of a note, if it is a signed state of this log; else None."""
        try:
            checkpoint = signed_checkpoint(
                lambda key: self.right.get(key) or self.objects.get(key), raw, path
            )
        except (Corrupt, BadInput, ValueError):
            return None
        # What was signed since is not ours to judge.
        is_known = checkpoint.size <= self.found.size
        is_right = not is_known or self.roots.get(checkpoint.size) == checkpoint.root
        return checkpoint.size if is_right else None

    def expect_served(self, archived: Sequence[str]) -> None:
        """Look at the served checkpoint; bring the newest one back that was signed."""
        stored = self.objects.get_tagged(CHECKPOINT)
        if stored and self.size_of(stored[0], CHECKPOINT) is not None:
            return
        kept = [raw for path in archived if (raw := self.objects.get(path))]
        known = [(self.size_of(raw, CHECKPOINT), raw) for raw in kept]
        newest = max(((size, raw) for size, raw in known if size is not None), default=None)
        if newest is None:
            self.found.lost += [CHECKPOINT]
            return
        (self.found.wrong if stored else self.found.missing).append(CHECKPOINT)
        if self.writes:  # without cosignatures at worst: the next checkpoint has them again
            self.objects.replace(CHECKPOINT, newest[1], stored[1] if stored else None)


def is_document(path: str, raw: bytes) -> bool:
    """Return whether *raw* is the document of the rules that *path* names."""
    return path == f"rules/{hashlib.sha256(raw).hexdigest()}"
