"""What an XES log may look like, and what of it is data."""

from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from tests.support.replaying import dirty, report_of

MAP = """
format = "xes"
timezone = "Asia/Shanghai"
[clock]
cutoff = "24:00"
rest_day = "keep"
[case]
id = "concept:name"
accepted = { attribute = "start" }
completed = { event = "done", which = "last" }
department = { attribute = "dept" }
limit = [{ amount = 4, unit = "d" }]
"""
GLOBAL = """<global scope="trace"><string key="dept" value="Nobody"/>
<date key="start" value="1970-01-01T00:00:00+00:00"/></global>"""


def event(name: str, at: str, more: str = "") -> str:
    """An event of the log."""
    return (
        f'<event>{more}<string key="concept:name" value="{name}"/>'
        f'<date key="time:timestamp" value="{at}"/></event>'
    )


def trace(case: str, *events: str, start: str = "2024-03-01T09:00:00+08:00") -> str:
    """A trace of the log, accepted on 1 March: due at the end of 5 March."""
    return (
        f'<trace><string key="concept:name" value="{case}"/>'
        f'<date key="start" value="{start}"/>{"".join(events)}</trace>'
    )


def log_of(*traces: str, namespace: str = ' xmlns="http://www.xes-standard.org/"') -> str:
    """The whole log."""
    return f'<?xml version="1.0"?><log{namespace}>{GLOBAL}{"".join(traces)}</log>'


@pytest.mark.parametrize("namespace", [' xmlns="http://www.xes-standard.org/"', ""])
def test_a_log_is_read_with_and_without_the_namespace(tmp_path: Path, namespace: str) -> None:
    """Both are common."""
    log = log_of(trace("A", event("done", "2024-03-06T00:00:00+08:00")), namespace=namespace)
    report = report_of(tmp_path, log, MAP)
    assert (report["cases"], report["events"], report["closed_late"]) == (1, 1, 1)


def test_a_prefixed_namespace_is_read_too(tmp_path: Path) -> None:
    """The prefix is the writer's choice."""
    body = trace("A", event("done", "2024-03-06T00:00:00+08:00"))
    for name in ("trace", "event", "string", "date"):
        body = body.replace(f"<{name}", f"<x:{name}").replace(f"</{name}", f"</x:{name}")
    log = f'<x:log xmlns:x="http://www.xes-standard.org/">{body}</x:log>'
    assert report_of(tmp_path, log, MAP)["closed_late"] == 1


def test_global_defaults_are_never_data(tmp_path: Path) -> None:
    """A trace without a department has none, whatever the global says."""
    report = report_of(tmp_path, log_of(trace("A")), MAP)
    assert list(report["by_department"]) == [""]


def test_nested_attributes_are_ignored(tmp_path: Path) -> None:
    """An attribute of an attribute says nothing about the case or the event."""
    nested = '<string key="a" value="b"><string key="concept:name" value="done"/></string>'
    plain = event("other", "2024-03-03T00:00:00+08:00", nested)
    in_list = '<list key="l"><values><string key="dept" value="X"/></values></list>'
    report = report_of(tmp_path, log_of(trace("A", in_list, plain)), MAP)
    assert (report["closed"], list(report["by_department"])) == (0, [""])


def test_a_case_met_again_in_another_trace_is_the_same_case(tmp_path: Path) -> None:
    """Its events are put together, and what the first trace lacks the second may say."""
    log = log_of(
        trace("A", event("done", "2024-03-03T00:00:00+08:00"), start="UNKNOWN"),
        trace("B", event("done", "2024-03-03T00:00:00+08:00")),
        trace("A", event("done", "2024-03-07T00:00:00+08:00")),
    )
    report = report_of(tmp_path, log, MAP)
    assert (report["cases"], report["events"], report["closed_late"]) == (2, 3, 1)
    assert report["not_accepted"] == 0
    assert dirty(report) == {"repeated_case": 1}


def test_traces_without_an_id_and_events_without_a_trace_are_counted(tmp_path: Path) -> None:
    """Each nameless trace is a case of its own; an event outside any trace is an event."""
    stray = event("done", "2024-03-09T00:00:00+08:00")
    log = log_of(trace("", event("x", "2024-03-02T00:00:00+08:00")), stray, trace("UNKNOWN"))
    report = report_of(tmp_path, log, MAP)
    assert (report["cases"], report["events"], report["open_overdue"]) == (2, 2, 2)
    assert dirty(report) == {"missing_id": 2, "event_without_case": 1}


def test_a_log_without_any_time_gives_an_empty_report(tmp_path: Path) -> None:
    """There is no cut-off, and nothing was accepted."""
    report = report_of(tmp_path, log_of(trace("A", start="")), MAP)
    assert (report["cases"], report["not_accepted"], report["cut_off"]) == (1, 1, None)


ENTITIES = """<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""


@pytest.mark.parametrize(
    ("log", "message"),
    [
        ("", "broken XML"),
        ("case,at\n", "line 1: broken XML"),
        ("<html/>", "not an XES log: it begins with <html>"),
        (log_of(trace("A"))[:-20], "broken XML"),
        (log_of(trace("A")).replace("</log>", "</lag>"), "broken XML"),
        (f"{ENTITIES}{log_of(trace('A')).split('?>')[1]}", "a document type"),
        (f"{ENTITIES}{log_of(trace('&b;')).split('?>')[1]}", "a document type"),
    ],
)
def test_a_broken_log_is_refused_with_its_place(tmp_path: Path, log: str, message: str) -> None:
    """One line, and nothing is expanded."""
    with pytest.raises(BadInput, match=message) as caught:
        report_of(tmp_path, log, MAP)
    assert "\n" not in str(caught.value)
    assert "log.gz" in caught.value.where


LONG = "a" * ((1 << 20) + 10)
HALF = "a" * (1 << 19)


@pytest.mark.parametrize(
    ("log", "message"),
    [
        (log_of(trace(LONG)), "一个值超过 1 MiB"),
        (log_of(trace("A", event(LONG, "2024-03-02"))), "一个值超过 1 MiB"),
        (log_of(trace("A", f"<event>{LONG}</event>")), "一个值超过 1 MiB"),
        (log_of(trace("A", *[event(HALF, "2024-03-02")] * 140)), "一个元素超过 64 MiB"),
        (f"<log><!--{'<' * (65 << 20)}-->{trace('A')}</log>", "超过 64 MiB|broken XML"),
    ],
    ids=["attribute", "event", "text", "trace", "comment"],
)
def test_a_value_beyond_all_bounds_is_refused_before_it_is_read(
    tmp_path: Path, log: str, message: str
) -> None:
    """A few kilobytes of gzip may hold gigabytes."""
    with pytest.raises(BadInput, match=message):
        report_of(tmp_path, log, MAP)


def test_a_large_value_and_a_large_log_are_read(tmp_path: Path) -> None:
    """The bounds are for one value and one trace; a log may have any number of both."""
    traces = [trace(f"{n}", event(HALF, "2024-03-02T00:00:00+08:00")) for n in range(140)]
    report = report_of(tmp_path, log_of(*traces), MAP)
    assert (report["cases"], report["events"]) == (140, 140)
