"""Reads what a person writes at our own doors (答复、申诉、理由): a JSON object with a text.

Pure. A text may hold anything, but it must hold words: an answer of blanks, or of characters that
nobody can see, answers nothing.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.errors import Rejected
from chalicelib.intake.json_text import bad_field, check_json, read_json

MAX_BODY = 64 * 1024
MAX_TEXT = 2000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by category, and nobody sees them


def has_words(text: str) -> bool:
    """Return whether *text* has a letter or a digit of any script; blanks are no words."""
    return any(character.isalnum() and character not in _FILLERS for character in text)


def must_have_words(text: object) -> None:
    """Refuse what has no words: 422 with the field `text`."""
    if not isinstance(text, str) or not has_words(text):
        reason = "须写明内容，不能只有空白或者符号", "words are needed, not only blanks or signs"
        raise bad_field("text", *reason)


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object *body*; an empty one where there is no body. Raises Rejected."""
    if len(body) > MAX_BODY:
        raise Rejected(413, zh="请求体最多 64 KiB。", en="the body holds at most 64 KiB")
    if not body.strip():
        return {}
    document = read_json(body)
    if not isinstance(document, dict):
        raise Rejected(400, zh="请求体是一个 JSON 对象。", en="the body is one JSON object")
    check_json(document)
    return document


def read_text(document: Mapping[str, Any]) -> str:
    """Return the `text` of *document*; empty where there is none. Raises Rejected."""
    text = document.get("text")
    if text is None:
        return ""
    if not isinstance(text, str) or len(text) > MAX_TEXT or _CONTROL.search(text):
        zh = f"不超过 {MAX_TEXT} 个字符的文字，不含控制字符"
        en = f"a text of at most {MAX_TEXT} characters, without control characters"
        raise bad_field("text", zh, en)
    return text


def check_fields(document: Mapping[str, Any], known: Collection[str], prefix: str = "") -> None:
    """Refuse a field of *document* that is not *known*; *prefix* is where the document stands."""
    unknown = sorted(document.keys() - {*known})
    if unknown:
        field, fields = f"{prefix}{unknown[0]}"[:100], "、".join(sorted(known))
        raise Rejected(
            422,
            zh=f"{field}：没有这个字段；可用的：{fields or '无'}。",
            en=f"{field} is not known here; known: {fields or 'none'}",
            field=field,
        )


def read_reason_in(document: Mapping[str, Any]) -> str:
    """Return the `reason` in *document*, which must have words. Raises Rejected."""
    try:
        reason = read_text({"text": document.get("reason")})
        must_have_words(reason)
    except Rejected as refusal:
        text = (
            f"须写明理由，最多 {MAX_TEXT} 个字符",
            f"words are needed, at most {MAX_TEXT} characters",
        )
        raise bad_field("reason", *text) from refusal
    return reason
