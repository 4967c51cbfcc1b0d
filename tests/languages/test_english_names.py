"""English names as candidates: what a title or *of* parts."""

import pytest

from chipcontrols.languages import language


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("U.S. Under Secretary Jeffrey Kessler", ["U.S.", "Jeffrey Kessler"]),
        ("Intel Chief Executive Jo Roe met Sen. Cotton", ["Intel", "Jo Roe", "Cotton"]),
        ("Jane Roe of Larkspur Research", ["Jane Roe", "Larkspur Research"]),
        ("Shares of Intel rose", ["Intel"]),
        ("the Bank of Japan and the University of Texas", ["Bank of Japan", "University of Texas"]),
        ("the State Department's secretary", ["State Department"]),
        ("The U.S. Trade Representative said", ["U.S. Trade Representative"]),
    ],
)  # fmt: skip
def test_a_name_has_neither_a_title_nor_what_belongs_to_it(text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end in language("en").names(text)] == names
