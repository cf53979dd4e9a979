"""The words of the public pages, read from `words.toml`; Chinese unless English is asked for.

Pure, but for reading the file that lies beside it, once.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def language(asked: str | None) -> Language:
    """Choose the language for a reader who *asked* for one, or did not."""
    return "en" if asked == "en" else "zh"


@cache
def words(language: Language) -> dict[str, str]:
    """Give every word of the pages in the *language* language."""
    text = resources.files(__package__).joinpath("words.toml").read_text("utf-8")
    table: dict[str, dict[str, str]] = tomllib.loads(text)
    return table[language]
