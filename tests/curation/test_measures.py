"""What measure the words around a quantity give it."""

import pytest

from chipcontrols import languages
from chipcontrols.curation.cells import measured
from chipcontrols.curation.reader import Reader
from chipcontrols.validation.anchors import Line
from chipcontrols.validation.passages import read_evidence
from chipcontrols.validation.rules.numbers import parts_of
from commands import REPOSITORY


@pytest.fixture(scope="module")
def measures():
    package, evidence = read_evidence(REPOSITORY)
    table = package.tables["market_figures"]

    def of(text, tag):
        reader = Reader(package, evidence, Line(text, languages.language(tag)), ())
        found = []
        for span, one in reader.quantities.items():
            cells = {"unit": parts_of(one)["unit"] or "count"}
            found.append(measured(reader, table, cells, "measure", span)[0])
        return found

    return of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Revenue climbed 128% from a year earlier to $18.9 billion.", "increase revenue"),
        ("Net income came to $6 billion, compared with $1 billion.", "profit profit"),
        ("It took a $180 million charge after the agency added 23 firms.", "loss count"),
        ("Prices for an eight-GPU server dropped from $3,200 to $2,400.", "count price price"),
        ("It will cut nearly 900 jobs.", "decrease"),
        ("Output halved.", "decrease"),
        ("Fewer than a dozen employees were involved.", "count"),
        ("Profit of $1.86 a share beat by seven cents.", "profit amount"),
    ],
)
def test_measures_of_english_words(measures, text, expected):
    assert measures(text, "en") == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市占率由46.3%升至61.8%，增加15.5個百分點。", "share share increase"),
        ("整櫃報價，由年初的320萬美元漲到上月的380萬美元。", "price price"),
        ("申請共37件，較年初的22件增加15件。", "count count increase"),
        ("拟以不超过18元的价格回购300万股。", "price count"),
        ("冷卻液每分鐘80公升。", "quantity_of_goods"),
        ("為去年同期的4.6倍。", "ratio"),
        ("營業額升38.6%，至212.5億元。", "increase revenue"),
        ("公司营收分别为1.12亿元、4.38亿元和15.06亿元。", "revenue revenue revenue"),
        ("董事會建議派中期息每股0.28元。", "amount"),
        ("存货较年初翻了一番，计提跌价准备2.1亿元。", "increase loss"),
        ("申請供電，等到首期60MW的核准。", "power"),
    ],
)
def test_measures_of_chinese_words(measures, text, expected):
    assert measures(text, "zh") == expected.split()
