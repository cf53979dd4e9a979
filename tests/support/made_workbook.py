"""Workbooks (.xlsx) made by hand: the few parts that ECMA-376 asks for, written out."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DATE, TIME, CHINESE = 1, 2, 3  # styles of cells
STYLES = f"""<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy/m/d\\ h:mm;@"/>
<numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>
</cellXfs></styleSheet>"""


def text(value: str) -> str:
    """Return a cell with its text in it."""
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    """Return a cell with a number, shown in a *style*."""
    return f'<c s="{style}"><v>{value}</v></c>'


def rows_of(*rows: Sequence[str]) -> str:
    """Return the rows of a sheet: each cell a text, or a cell that is written out."""
    written = (
        "".join(cell if cell.startswith("<c") else text(cell) if cell else "<c/>" for cell in row)
        for row in rows
    )
    return "".join(f'<row r="{n}">{cells}</row>' for n, cells in enumerate(written, 1))


def workbook(
    sheets: Mapping[str, str],
    *,
    merged: Sequence[str] = (),
    since_1904: bool = False,
    hidden: Sequence[str] = (),
    strings: str = "",
) -> bytes:
    """Return a workbook of *sheets*, their rows by name; *merged* holds in each."""
    merges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
    }
    listed, related = "", _relation("rS", "styles", "styles.xml")
    related += _relation("rT", "sharedStrings", "/xl/sharedStrings.xml")
    for n, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{escape(name)}" sheetId="{n}"{state} r:id="rId{n}"/>'
        related += _relation(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml")
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>'
            f"<mergeCells>{merges}</mergeCells></worksheet>"
        )
    system = ' date1904="1"' if since_1904 else ""
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr{system}/>'
        f"<sheets>{listed}</sheets></workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>'
    )
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{part}')
    return body.getvalue()


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
