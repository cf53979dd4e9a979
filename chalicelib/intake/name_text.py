"""Names as strangers write them: one spelling for what looks the same, or a refusal.

A name (单位、区划、事项、环节、岗位) becomes a row of the public board and a key of an index.
So two names that nobody can tell apart must be one: blanks around it go, blanks within it are one
space, and letters are composed (Unicode NFC). What is invisible, or turns the direction of writing,
is refused: it would make another name that looks the same.
"""

import re
import unicodedata

MAX_NAME = 200
MARK = "~"  # what a token of an unknown name begins with: `plumbing/name_tokens.py`

# Control, format, private-use and surrogate characters; separators of lines and of paragraphs.
_NEVER = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
# Invisible by Unicode's Default_Ignorable_Code_Point, though called letters or marks; the blank
# pattern of Braille. Not all of them are assigned yet.
_INVISIBLE = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_BLANKS = re.compile(r" {2,}")
_LAYOUT = frozenset("\t\n\r")  # of prose
_NONCHARACTERS = range(0xFDD0, 0xFDF0)
_LAST_TWO = 0xFFFE  # of every plane


class NoText(ValueError):
    """A text is none that may stand there; *zh* says why in Chinese, the error in English."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


def clean_name(text: str, most: int = MAX_NAME) -> str:
    """Return the name *text* in its one spelling. Raises NoText: empty, too long, invisible."""
    composed = unicodedata.normalize("NFC", text)
    for character in composed:
        if _is_refused(character) or _INVISIBLE.match(character):
            raise NoText(
                zh=f"名称中不允许 {_shown(character)}：不是可见文字",
                en=f"{_shown(character)} is not allowed in a name: it is no visible text",
            )
    if composed.lstrip().startswith(MARK):
        raise NoText(
            zh="名称不能以 ~ 开头：那是系统给未知名称的代号",
            en="a name may not begin with ~, which marks our tokens of unknown names",
        )
    blanks = (" " if unicodedata.category(each) == "Zs" else each for each in composed)
    return _bounded(_BLANKS.sub(" ", "".join(blanks)).strip(" "), most)


def clean_line(text: str, most: int = MAX_NAME) -> str:
    """Return *text* of one line, without the blanks around it. Raises NoText as `clean_name`.

    It is no key of anything, so marks that only choose between forms of a letter may stay.
    """
    return _bounded(_clean(text, frozenset()), most)


def clean_prose(text: str, most: int) -> str:
    """Return *text* of any number of lines. Raises NoText: a character that is no text."""
    return _bounded(_clean(text, _LAYOUT), most)


def visible(text: str) -> str:
    """Return *text* without blanks, and without what nobody can see."""
    written = _INVISIBLE.sub("", "".join(text.split()))
    return "".join(character for character in written if not _is_refused(character))


def _clean(text: str, allowed: frozenset[str]) -> str:
    composed = unicodedata.normalize("NFC", text)
    for character in composed:
        if character not in allowed and _is_refused(character):
            raise NoText(
                zh=f"此处不允许 {_shown(character)}：不是文字",
                en=f"{_shown(character)} is not allowed here: it is no text",
            )
    return composed.strip("".join({" ", "\u3000", *allowed}))


def _bounded(text: str, most: int) -> str:
    if not text:
        raise NoText(zh="内容为空", en="it is empty")
    if len(text) > most:
        raise NoText(zh=f"超过 {most} 个字符", en=f"longer than {most} characters")
    return text


def _is_refused(character: str) -> bool:
    code = ord(character)
    is_noncharacter = code in _NONCHARACTERS or code & _LAST_TWO == _LAST_TWO
    return is_noncharacter or unicodedata.category(character) in _NEVER


def _shown(character: str) -> str:
    return f"U+{ord(character):04X}"
