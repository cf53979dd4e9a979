"""`duban catalogue import|list|export`: put an item catalogue (事项清单) in force; give it back."""

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Conflict
from infra.stack import services as stages
from infra.stack.cloud import LOCAL_STAGE
from infra.terminal.arguments import commands
from infra.terminal.files import read_input_file, write_file
from infra.terminal.language import say
from infra.terminal.report import progress_bar, remark, report

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong file
    from chalicelib.plumbing.services import Services
    from chalicelib.policy.catalogue import CatalogueFile, CatalogueItem
    from infra.operate.catalogue_change import CatalogueChange

MOST_MIB = 32
_MOST_LISTED = 10  # items named for each rule; --json names all
_MORE = "two_persons,published,cancelled"
_COMMAND = f"""\
catalogue  事项清单：导入、列出、导出 | the catalogue of items: import, list, export
catalogue import  核对文件，使其生效，判断其中的事项和等着它的办件
        | check a file, put it in force, judge its items and the cases that waited for it
    about  CSV、.xlsx、.xls 或 .et。列：item,name,department,kind,promise,statutory,basis,stages；
        知道的话还有 procedures,deemed,safety,materials,shared,fees,intermediaries,hearing,{_MORE}；
        也可用正式清单的列名，如 事项编码、事项名称、实施主体、办件类型、承诺时限。
        | CSV, .xlsx, .xls or .et. Columns:
        item,name,department,kind,promise,statutory,basis,stages; and where known:
        procedures,deemed,safety,materials,shared,fees,intermediaries,hearing,{_MORE};
        or the Chinese names that official lists have for them.
    FILE
    --check  只核对文件和其中的事项，并说明哪些会去掉；不需要环境
        | only check the file and its items, and say what would go; needs no stage
    --profile P = statutory  按哪一份规则核对 | by whose rules to check
    --stage STAGE
    --json
catalogue list  在用的事项 | the items in force
    --stage STAGE
    --json
catalogue export  把在用的事项写成可再导入的 CSV 文件
        | the items in force as a CSV file that can be imported again
    FILE.csv optional
    --stage STAGE
    --json
"""
add = commands(__name__, _COMMAND)


def run_import(arguments: argparse.Namespace) -> int:
    """Import the whole file or nothing; then notify its items, and nudge cases that were held."""
    from chalicelib.policy.catalogue import catalogue_version

    entries, unused = _read(arguments.file)
    if unused:
        zh, en = f"未用的列：{'、'.join(unused)}", f"columns not used: {', '.join(unused)}"
        remark(say(zh, en))
    document: dict[str, Any] = {"version": catalogue_version(entries), "items": len(entries)}
    change: CatalogueChange | None
    if arguments.check:
        document["broken"] = _find_broken(entries, arguments.profile)
        change = _change(arguments.stage, entries)
    else:
        with stages.services_of(arguments.stage or LOCAL_STAGE) as services:
            from infra.operate.catalogue_change import compare

            change = compare(services, entries)
            for line in change.lines():  # before it happens
                print(line, file=sys.stderr)
            document |= _import_items(services, entries, str(arguments.file))
        nudged, told, gone = (document[name] for name in ("nudged", "listed", "removed"))
        if not arguments.json:
            print(say(f"{nudged} 件重新裁断", f"{nudged} cases are judged again"), file=sys.stderr)
            zh, en = f"告知 {told} 项，去掉 {gone} 项", f"{told} items told, {gone} are gone"
            print(say(zh, en), file=sys.stderr)
    if change is not None:
        document |= change.written()
    lines = [*_lines(document), *(change.lines() if arguments.check and change else ())]
    report(arguments, document, lines)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List the items in force."""
    from chalicelib.policy.catalogue import KIND_NAMES
    from chalicelib.policy.catalogue_export import limit_words

    version, entries = _in_force(arguments.stage or LOCAL_STAGE)
    document = {"version": version, "items": [item.document() for item in entries]}
    lines = []
    for item in entries:
        promise, statutory = limit_words(item.promise) or "—", limit_words(item.statutory) or "—"
        en = f"{item.kind}  promise {item.promise or '—'}, statutory {item.statutory or '—'}"
        limits = say(f"{KIND_NAMES[item.kind]}  承诺 {promise}，法定 {statutory}", en)
        lines.append(f"{item.item}  {item.name}  {item.department}  {limits}")
    zh, en = "没有清单在用", "no catalogue is in force"
    if version:
        zh, en = f"{len(entries)} 项；版本 {version}", f"{len(entries)} items; version {version}"
    report(arguments, document, [*lines, say(zh, en)])
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the items in force as CSV, for spreadsheets with a mark in front."""
    from chalicelib.policy.catalogue_export import catalogue_table

    version, entries = _in_force(arguments.stage or LOCAL_STAGE)
    if not version:
        en = "no catalogue is in force, so there is nothing to export"
        raise BadInput(zh="没有清单在用，没有可导出的内容", en=en)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(catalogue_table(entries))
    document: dict[str, object] = {"version": version, "items": len(entries)}
    if arguments.file is None:
        document["csv"] = text.getvalue()
        shown = text.getvalue().replace("\r\n", "\n").rstrip()
    else:
        body = b"\xef\xbb\xbf" + text.getvalue().encode()
        write_file(arguments.file, body, replaces=True)
        zh = f"{len(entries)} 项已写入 {arguments.file}；版本 {version}"
        shown = say(zh, f"{len(entries)} items written to {arguments.file}; version {version}")
    report(arguments, document, [shown])
    return 0


def _read(file: Path) -> "CatalogueFile":
    """Read the items of *file*, CSV or a workbook. Raises BadInput."""
    from chalicelib.policy import catalogue
    from infra.operate.catalogue_change import sheet_rows

    content, where = read_input_file(file, MOST_MIB), str(file)
    rows = sheet_rows(content, where)
    return catalogue.read_table_of_items(
        catalogue.csv_rows(content, where) if rows is None else rows, where
    )


def _in_force(stage: str) -> "tuple[str, list[CatalogueItem]]":
    with stages.services_of(stage) as services:
        version = services.catalogues.current(fresh=True)
        entries = services.catalogues.entries(version) if version else ()
        return version, sorted(entries, key=lambda item: item.item)


def _change(stage: str | None, entries: "Sequence[CatalogueItem]") -> "CatalogueChange | None":
    """Return what *entries* would change; None where no stage is named and none is up here."""
    from infra.operate.catalogue_change import compare

    try:
        with stages.services_of(stage or LOCAL_STAGE) as services:
            return compare(services, entries)
    except Exception as error:
        is_down = isinstance(error, BadInput) or type(error).__module__.startswith("botocore.")
        if stage is not None or not is_down:
            raise
        zh = "本机没有运行的环境，未与现行清单比较（用 --stage 指定环境）"
        en = "no stage runs here, so it is not compared with the one in force (name one by --stage)"
        remark(say(zh, en))
        return None


def _find_broken(entries: "Sequence[CatalogueItem]", profile: str) -> Mapping[str, list[str]]:
    """Return the items that break each rule; the catalogue before them is not known here."""
    from datetime import UTC, datetime

    from chalicelib.item.catalogue_import import CatalogueImport, evaluate_items, summarize_import
    from chalicelib.policy.shipped import load_profile

    imported = CatalogueImport(entries, (), "", datetime.now(UTC))
    return summarize_import([*evaluate_items(imported, {}, load_profile(profile))]).broken


def _import_items(
    services: "Services", entries: "tuple[CatalogueItem, ...]", file: str
) -> dict[str, Any]:
    """Put *entries* in force, notify items and nudge cases that waited for one; return the counts.

    The log states the catalogue before it is in force. Crash anywhere: import again. Items that the
    import before did not notify come first, so no version of an item is lost. `reconcile` nudges
    cases that were judged by the old catalogue meanwhile, within minutes.
    """
    from chalicelib.lambdas.listing import notify_items
    from chalicelib.lambdas.stating import Coming
    from infra.cli.calendar import nudge_moved_cases
    from infra.operate.announcing import announce

    notify_items(services)
    try:
        services.catalogues.write(entries, lambda: announce(services, Coming(catalogue=entries)))
    except Conflict as error:
        zh, en = "另有清单同时导入，请再导入一次", "another was imported meanwhile"
        raise BadInput(zh=zh, en=en, where=file) from error
    nudged = nudge_moved_cases(services)["nudged"]
    summary = notify_items(services, report=progress_bar(say("查看事项", "items looked at")))
    counts = {"nudged": nudged, "listed": summary.listed, "removed": summary.removed}
    return {**counts, "broken": summary.broken}


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    from chalicelib.findings.rule_file import load_rules

    items, version, state = document["items"], document["version"], say("没有导入", "not imported")
    if "nudged" in document:
        state = say("已生效", "is in force")
    yield say(f"{items} 项；版本 {version}；{state}", f"{items} items; version {version}; {state}")
    for rule, broken in document["broken"].items():
        named = ", ".join(broken[:_MOST_LISTED]) + (", …" if len(broken) > _MOST_LISTED else "")
        title = load_rules()[rule].title
        yield f"{rule} {say(title.zh, title.en)}: {len(broken)} ({named})"
