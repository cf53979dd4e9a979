"""Which language a caller prefers."""

import pytest

from chalicelib.plumbing.problems import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("EN-us", "en"),
        ("zh-CN", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.8,en;q=0.9", "en"),
        ("zh;q=0.8,en;q=0.801", "en"),
        ("zh,en", "zh"),
        ("en,zh", "en"),
        ("en;q=0", "zh"),
        ("en;q=0.001", "en"),
        ("fr,en;q=0.1", "en"),
        ("fr", "zh"),
        ("*", "zh"),
        ("en;q=0.5,*;q=0.9", "zh"),
        ("english", "zh"),
        ("en;q=2", "zh"),
        ("en;q=0.1234", "zh"),
        ("en ; q=0.7 , zh;q=0.6", "en"),
        (";;,,en", "en"),
        ("en;level=1", "zh"),
        ("x" * 5000 + ",en", "zh"),
    ],
)
def test_chinese_unless_english_is_preferred(header, language):
    """By weight, then by place; what cannot be read asks for nothing."""
    assert preferred_language(header) == language
