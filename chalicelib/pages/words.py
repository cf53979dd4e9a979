"""The words of the public pages, read from `words.toml`; Chinese unless English is asked for.

Pure, but for reading the file that lies beside it, once.
"""

import tomllib
from functools import cache
from pathlib import Path

from chalicelib.errors import LANGUAGES, Language

__all__ = ["LANGUAGES", "Language", "choose_language", "ground_names", "page_words"]

_GROUND = "ground_"


def choose_language(requested: str | None) -> Language:
    """Return the language that a reader *requested*, Chinese by default."""
    return "en" if requested == "en" else "zh"


@cache
def page_words(language: Language, *, is_formal: bool = True) -> dict[str, str]:
    """Return the words of the pages by name; for a stage without an instrument not *is_formal*."""
    text = Path(__file__).with_name("words.toml").read_text("utf-8")
    table: dict[str, dict[str, str]] = tomllib.loads(text)
    return table[language] | ({} if is_formal else table[f"{language}_notice"])


def ground_names() -> dict[str, str]:
    """Return the names of the grounds (情形) of findings, in Chinese, by their codes."""
    words = page_words("zh").items()
    return {name.removeprefix(_GROUND): text for name, text in words if name.startswith(_GROUND)}
