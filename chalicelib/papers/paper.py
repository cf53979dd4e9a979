"""A paper (文书): the content of one document of a card, apart from its file format.

Pure data. Papers are drafted from the facts of a card and the profile's templates
(`drafting.py`), and written as HTML or PDF by this folder.
"""

from datetime import date

from msgspec import Struct


class Paper(Struct, frozen=True):
    """One document, in the parts that GB/T 9704—2012 §7 names.

    *particulars* are the rows of its attachment, by name; *mark* is a word for a paper that does
    not count, or not yet.
    """

    title: str  # 标题
    authority: str  # 发文机关
    number: str  # 发文字号
    to: str  # 主送机关
    body: tuple[str, ...]  # 正文
    date: date  # 成文日期
    copies: tuple[str, ...] = ()  # 抄送
    attached: str = ""  # 附件名称
    particulars: tuple[tuple[str, str], ...] = ()
    mark: str = ""
