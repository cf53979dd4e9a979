"""The law that a counted day names is cited as everywhere else, and its text is there."""

from msgspec.structs import asdict

from chalicelib.clock.steps import LAW
from chalicelib.policy.documents import article_text, load_documents

CITED = {
    "pause": ("行政许可法", "45"),
    "extension": ("行政许可法", "42"),
    "first_day": ("民法典", "201.1"),
    "hours": ("民法典", "201.2"),
    "months": ("民法典", "202"),
    "rest_day": ("民法典", "203.1"),
    "close": ("民法典", "203.2"),
    "workdays": ("行政许可法", "82"),
    "weekend": ("职工工作时间规定", "7"),
    "fixed_holidays": ("放假办法", "2"),
}
OF_THE_PROFILE = {"counting", "office"}


def test_a_counted_day_cites_the_law_as_the_documents_write_it() -> None:
    """Title in full, article and paragraph in Chinese."""
    written = {
        name: load_documents()[document].write((article,))
        for name, (document, article) in CITED.items()
    }
    cited = {name: text for name, text in asdict(LAW).items() if name not in OF_THE_PROFILE}
    assert cited == written


def test_the_law_says_what_it_is_cited_for() -> None:
    """A word of each article that the counting rests on."""
    says = {
        "pause": "所需时间不计算在本节规定的期限内",
        "extension": "可以延长十日",
        "first_day": "开始的当日不计入",
        "hours": "按照小时计算期间的",
        "months": "到期月的对应日",
        "rest_day": "以法定休假日结束的次日为期间的最后一日",
        "close": "有业务时间的，停止业务活动的时间为截止时间",
        "workdays": "以工作日计算，不含法定节假日",
        "weekend": "星期六和星期日为周休息日",
        "fixed_holidays": "全体公民放假的节日",
    }
    assert says.keys() == CITED.keys()
    for name, words in says.items():
        assert words in article_text(*CITED[name]), name
