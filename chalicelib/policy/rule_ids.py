"""The ids of all rules: of each there is one file, `chalicelib/rules/V-12.toml`."""

from functools import cache
from pathlib import Path


@cache
def list_rules() -> tuple[str, ...]:
    """Return the ids of all rules: those of cases, then those that count cards."""
    ids = (file.stem for file in Path(__file__).parents[1].joinpath("rules").glob("*.toml"))
    return tuple(sorted(ids, key=lambda rule: (rule[0] != "V", rule)))
