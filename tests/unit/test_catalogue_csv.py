"""The catalogue written as CSV: what is exported reads as the same catalogue again."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policy.catalogue import COLUMNS, OPTIONAL, catalogue_version, read_catalogue
from infra.catalogue_csv import write_catalogue

HEAD = (
    "item,name,department,kind,promise,statutory,basis,stages,procedures,deemed,{}"
    "materials,shared,fees,intermediaries,hearing,two_persons,published,cancelled\n"
)
PERMIT = (
    'X-02,"许可, 新办",住房局；水务局,promise,10wd,,第三十五条,受理：1wd；审查; 决定:1wd,'
    "site_survey; technical_review,,no,身份证明；营业执照,营业执照,工本费:10; 检验:费:120.5,无,"
    "yes,no,none,2026-12-01\n"
)
ENTRY = "X-01,登记,住房局,immediate,1wd,3wd,条例,,,超时默认,{},,none,,,,大厅,\n"
WRITTEN = (
    'X-02,"许可, 新办",住房局；水务局,promise,10wd,,第三十五条,受理:1wd; 审查; 决定:1wd,'
    "site_survey; technical_review,,身份证明; 营业执照,营业执照,工本费:10; 检验:费:120.50,none,"
    "yes,no,none,2026-12-01\n"
)
FULL = HEAD.format("safety,") + PERMIT + ENTRY.format(",")
EXPORTED = HEAD.format("") + ENTRY.format("") + WRITTEN


def test_every_column_is_written_as_it_is_read() -> None:
    """In the order of the codes; what the guide does not say stays empty, `none` stays `none`."""
    items = read_catalogue(FULL.encode(), "items.csv")
    assert write_catalogue(items) == EXPORTED
    assert read_catalogue(EXPORTED.encode(), "items.csv") == (items[1], items[0])


def test_columns_that_no_item_has_are_left_out() -> None:
    """An ordinary catalogue stays as short as it came."""
    text = f"{','.join(COLUMNS)}\nX-01,登记,住房局,immediate,1wd,,条例,受理:1wd\n"
    assert write_catalogue(read_catalogue(text.encode(), "items.csv")) == text


CELLS = {
    "promise": ["10wd", "2mo", "24wh"],
    "stages": ["", "受理", "受理:1wd; 审查:3d", " 甲 ： 2wd ；乙"],
    "procedures": ["", "site_survey", "a; b_2"],
    "deemed": ["", "条例第三条"],
    "materials": ["", "none", "无", "身份证明", "身份证明; 执照"],
    "fees": ["", "none", "工本费:0", "甲：0.05; 乙:9999999.99"],
    "intermediaries": ["", "none", "评价"],
    "hearing": ["", "yes", "no"],
    "two_persons": ["", "yes", "no"],
    "published": ["", "none", "https://example.gov/a,b"],
    "cancelled": ["", "2026-12-01"],
}


@given(st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}))
def test_what_is_written_is_the_same_version(cells: dict[str, str]) -> None:
    """So exporting and importing puts nothing else in force."""
    row = dict.fromkeys((*COLUMNS, *OPTIONAL), "") | cells
    row |= {
        "item": "X-01",
        "name": "登记",
        "department": "住房局",
        "kind": "promise",
        "basis": "条",
    }
    quoted = (f'"{cell}"' for cell in row.values())
    text = f"{','.join(row)}\n{','.join(quoted)}\n"
    items = read_catalogue(text.encode(), "items.csv")
    again = read_catalogue(write_catalogue(items).encode(), "items.csv")
    assert again == items
    assert catalogue_version(again) == catalogue_version(items)
