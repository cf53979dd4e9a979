"""What the readers of a profile say, in Chinese: for whoever writes the county's file."""

import re

_SAID = [
    (r"unknown key '(.+)'", r"没有“\1”这个键：写错了，或者放错了地方"),
    (r"\[(.+)\] is missing", r"缺少 [\1] 这一节"),
    (r"(\w+) must be tables, .*", r"\1 要写成 [[\1]] 的各行"),
    (r"(\w+) must be text", r"\1 要写文字，不能空着"),
    (r"(\w+) must be a list of words", r"\1 要写成一列词，例如 [\"a\", \"b\"]"),
    (r"(\w+) names something twice", r"\1 里有重复的词"),
    (r"(\w+) must be a whole number of 0 or more", r"\1 要写 0 以上的整数"),
    (r"(\w+) must be at most 100", r"\1 不能超过 100"),
    (r"(\w+) must be true or false", r"\1 只能是 true 或 false"),
    (r"(\w+) must be longer than nothing", r"\1 不能是零"),
    (r"(\w+) must be (.+), not (.+)", r"\1 只能是 \2，不是 \3"),
    (r"a rule is named like V-02, not (.+)", r"规则号要写成 V-02 这样，不是 \1"),
    (r"not a time of day: (.+) \(write 17:30\)", r"不是时刻：\1（写成 17:30）"),
    (r"\w+: not a limit: (.+?) \(.*", r"\1 不是期限，请写成 10wd、10d、2mo"),
    (r"(\w+): (.+)", r"\1：不是期限，请写成 10wd、10d、2mo（\2）"),
    (r"(\w+) must be a day: (.+)", r"\1 要写成日期，不加引号：\2"),
    (r"basis must be a list.*", r"basis 要写依据，例如 [{ law = \"行政许可法#42\" }]"),
    (r"name one of law, .*", r"依据每一项写 law、local、model、proposed、see 之一，可加 says"),
    (r"'(.+)' is not in laws/documents.toml", r"没有文件“\1”：请在本文件里写 [[document]] 说明它"),
    (r"(.+) is (\w+), not (\w+)", r"“\1”的性质是 \2，不是 \3"),
    (r"not an article: (.+) \(.*", r"不是条款：\1（写成 42、42.1 或 32.1(4)）"),
    (r"there is no \[(.+)\]", r"没有 [\1] 这一节"),
    (r"say when: .*", r"要写明何时：left、percent（可并用），或者 over，或者 after_yellow"),
    (r"unknown time zone (.+)", r"没有这个时区：\1"),
    (r"each needs a rule of its own", r"每一行要有自己的规则号"),
]
_PATTERNS = [(re.compile(said, re.DOTALL), chinese) for said, chinese in _SAID]


def say_in_chinese(message: str) -> str:
    """Return *message* in Chinese; one that has no words here as it is."""
    for pattern, chinese in _PATTERNS:
        if match := pattern.fullmatch(message):
            return match.expand(chinese).replace(" or ", "、")
    return message
