"""The ids of all rules: of each there is one file, `chalicelib/rules/V-12.toml`."""

from functools import cache
from importlib import resources


@cache
def list_rules() -> tuple[str, ...]:
    """Return the ids of all rules: those of cases, then those that count cards."""
    files = resources.files("chalicelib").joinpath("rules").iterdir()
    ids = (file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))
    return tuple(sorted(ids, key=lambda rule: (rule[0] != "V", rule)))
