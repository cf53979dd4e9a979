"""JSON from strangers: what cannot be read at all."""

import pytest

from chalicelib.errors import Rejected
from chalicelib.intake.json_text import read_json


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [(b"nonsense", 1, 1), (b'{"id": }', 1, 8), ('{\n "收": "件",\n "id" 7}'.encode(), 3, 7)],
)
def test_a_text_that_is_no_json_is_refused_with_the_place(raw, line, column):
    """In Chinese no word of the library that reads it, which knows English alone."""
    with pytest.raises(Rejected) as caught:
        read_json(raw)
    problem = caught.value
    assert (problem.status, problem.field) == (400, None)
    assert problem.zh == f"请求体不是 JSON：第 {line} 行第 {column} 列无法读取。"
    assert problem.en == (
        f"the body is not JSON: it cannot be read at line {line}, column {column}"
    )
