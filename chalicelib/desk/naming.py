"""What a finding is called at the desks: its rule and its ground (情形), in the reader's language.

Pure. In Chinese by the words that it was issued with. In English by those that the rule's file and
the pages have today: nothing is issued in English.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.errors import Language
from chalicelib.findings.rule_file import find_rule

Words = Mapping[str, str]

_SAID = frozenset({"near"})  # by the title of its rule


def name_rule(rule: str, issued: str, language: Language) -> str:
    """Return the title of *rule*; *issued*: its Chinese one, if it was issued with any."""
    if issued and language == "zh":
        return issued
    found = find_rule(rule) if rule else None
    return getattr(found.title, language) if found else issued or rule


def name_ground(ground: str, issued: str, words: Words, language: Language) -> str:
    """Return the name of a *ground*, *issued* as for the rule; empty where there is none."""
    if issued and language == "zh":
        return issued
    return words.get(f"ground_{ground}", issued or ground)


def name_finding(row: Mapping[str, Any], words: Words, language: Language) -> str:
    """Return what a *row* with `rule`, `rule_title`, `ground` and `ground_text` is about.

    The title of the rule, and the ground where that says more.
    """
    rule, ground = str(row.get("rule") or ""), str(row.get("ground") or "")
    issued, ground_issued = str(row.get("rule_title") or ""), str(row.get("ground_text") or "")
    title = name_rule(rule, issued, language)
    name = name_ground(ground, ground_issued, words, language)
    repeats = name == title or ground in _SAID or (bool(issued) and issued == ground_issued)
    return " · ".join(filter(None, (title, "" if repeats else name)))


def is_about_a_limit(rule: str) -> bool:
    """Return whether *rule* is about a limit: a finding of another has no time that was due."""
    found = find_rule(rule) if rule else None
    return found is not None and "clock" in found.judged


def fact_beginning(about: str | None, facts: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the fact that began a clock *about* its key, for `beginning` of pieces.html.

    *facts* as a history shows them. None: the clock is the only one of its name.
    """
    for row in facts if about else ():
        if row["key"] == about:
            label = row["data"].get("procedure") or row["data"].get("stage") or ""
            return {"n": row["n"], "kind": str(row["kind"]), "at": row["at"], "label": label}
    return None
