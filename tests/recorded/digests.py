"""Digests of outputs, as they stand in `*.sha256` beside this file, in the format of `sha256sum`.

Outputs come as a text by its name. What changed, and not only that it did, is told by
`tests.recorded.record --full`, which writes the texts themselves.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent

Texts = Mapping[str, str]


def recorded(family: str) -> dict[str, str]:
    """Return the recorded digest of each output of *family*, by the output's name."""
    lines = _file(family).read_text("utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def record(family: str, texts: Texts) -> None:
    """Record *texts* as the outputs of *family*."""
    lines = [f"{_digest(text)}  {name}\n" for name, text in sorted(texts.items())]
    _file(family).write_text("".join(lines), encoding="utf-8")


def differing(family: str, texts: Texts) -> list[str]:
    """Return the names of outputs that are others than recorded, that are missing, or are new."""
    now = {name: _digest(text) for name, text in texts.items()}
    then = recorded(family)
    return sorted(name for name in now.keys() | then if now.get(name) != then.get(name))


def write_full(family: str, texts: Texts, folder: Path) -> None:
    """Write *texts* themselves into *folder*, one file each, for `diff -r` between two commits."""
    (folder / family).mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / family / name.replace("/", "_")).write_text(text, encoding="utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _file(family: str) -> Path:
    return HERE / f"{family}.sha256"
