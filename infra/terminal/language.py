"""Which language a terminal reads: by `DUBAN_LANG`, then by its locale, then Chinese.

A text is written in both where it is said: `say("没有变化", "nothing to change")`. What programs
read (`--json`) is never translated.
"""

import os
import re
from collections.abc import Mapping

from chalicelib.errors import Bilingual, Language

SWITCH = "DUBAN_LANG"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as everywhere
_BREAK = re.compile(r"(?<=[^!-~])\n *|\n *(?=[^!-~])")  # beside a Chinese character: no blank
_OF_NO_LANGUAGE = ("", "C", "POSIX")  # how servers come: nobody chose a language


def language(environment: Mapping[str, str] | None = None) -> Language:
    """Return the language of *environment*, by default the process's own; Chinese if none is asked.

    `DUBAN_LANG` is `zh` or `en`; any other value is as none. A locale of a third language reads
    English.
    """
    environment = os.environ if environment is None else environment
    switch = environment.get(SWITCH, "").lower()[:2]
    if switch in ("zh", "en"):
        return "en" if switch == "en" else "zh"
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    name = locale.partition(".")[0].partition("@")[0]
    return "zh" if name in _OF_NO_LANGUAGE or name.startswith("zh") else "en"


def say(zh: str, en: str) -> str:
    """Return the text in the language that this terminal reads."""
    return Bilingual(zh, en).of(language())


def split_row(row: str) -> tuple[str, Bilingual]:
    """Return the head of a row of a table, `head  zh | en`, and its text in both languages.

    The text may go on in further lines. Without a bar it is the same in both.
    """
    head, *rest = re.split(r"  +|\n +", row, maxsplit=1)
    texts = re.split(r"\s+\|\s", rest[0] if rest else "")
    joined = [" ".join(_BREAK.sub("", text).split()) for text in texts]
    return head, Bilingual(joined[0], joined[-1])
