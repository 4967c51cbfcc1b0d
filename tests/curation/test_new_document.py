"""A document is added to this package by the commands alone, and its drafts are what to accept."""

from __future__ import annotations

import pytest

from chipcontrols.curation import documents, showing
from chipcontrols.package import Package
from chipcontrols.package.files import replace_files
from chipcontrols.validation.engine import validate
from chipcontrols.validation.passages import read_evidence
from commands import change, drafted, paste, run

ARTICLE = """黃仁勳：華為正在追趕
2026年1月9日 08:30
黃仁勳8日表示，中國AI市場明年規模將達500億美元；黃仁勳並警告，若美國企業退出，華為將取得市場。
不過，美國仍在觀望。
"""
TEXTS = {
    "zh-Hant": """川普8日在社群平台「真實社群」宣布，將放行H20晶片，但25%的營收須上繳美國政府。
《金融時報》引述消息人士報導，中國監管機關正在討論對策；「我們不評論」，輝達發言人說。
根據智庫7日公布的報告，H20的效能約為前一代的6倍；報告並警告，華為將受惠。
黃仁勳上月曾說，輝達的市占率已從95%降為零，並否認管制能讓中國停下腳步。""",
    "zh-Hans": """商务部公告2026年第12号
一、未经许可，出口经营者不得出口用于生产14纳米及以下逻辑芯片的设备。
二、商务部自受理之日起45个工作日内作出是否许可的决定。
三、本公告自2026年4月1日起实施。《商务部公告2023年第23号》同时废止。
四、本公告公布前已经签订的合同，交易金额不得超过500万美元。""",
    "en": """President Trump said on Monday that he would allow Nvidia to sell the H20 in China.
“We will protect American jobs,” Mr. Trump wrote, adding that Intel would be next, too.
Nvidia’s share has fallen from 95 percent to 50 percent, according to Mr. Huang.
China has noted the reports, a spokesman said, citing two officials. Huawei declined to comment.""",
}
STATEMENTS = ("quotes", "market_figures", "events", "policy_provisions")
FILLED = {"modality": "stated", "topic": "other", "kind": "development", "measure": "share"}


@pytest.fixture
def root(tmp_path, package_at):
    return package_at(tmp_path / "package")


def drafts(root, number, lines):
    """What is drafted for the lines of a document that has no rows yet, by table."""
    package, evidence = read_evidence(root)
    found = {}
    for line in range(1, lines + 1):
        out = showing.cited(package, evidence, f"{number}:{line}")
        for table in (*STATEMENTS, "exclusions"):
            found.setdefault(table, []).extend(drafted(out, table, root)[0])
    return found


def test_an_article_is_curated_by_accepting_its_drafts(root, tmp_path, capsys, monkeypatch):
    path = tmp_path / "new.txt"
    path.write_bytes(b"\xef\xbb\xbf" + ARTICLE.replace("\n", "\r\n").encode())
    cells = ["language=zh-Hant", "genre=news", "grade=secondary"]
    cells += ["published_on=2026-01-09", "published_on_text=2026年1月9日 08:30"]
    done = run(capsys, monkeypatch, "add_seed.py", path, "--root", root, "--cells", *cells)
    assert done.out.startswith("normalised: byte order mark taken out, 4 line ends to LF\nadded: ")

    found = drafts(root, "005", 4)
    (said, warned, watching), (market,) = found["quotes"], found["market_figures"]
    assert (said["said_on"], said["text"]) == ("2026-01-08", "中國AI市場明年規模將達500億美元")
    assert (market["measure"], market["as_of"]) == ("market_size", "2027")
    size = "The size of China's AI market will reach $50 billion next year"
    said |= {"translation": size, "speaker_id": "jensen-huang", "modality": "forecast"}
    warned |= {"translation": "If US companies leave, Huawei will gain the market"}
    warned |= {"speaker_id": "jensen-huang", "modality": "hypothetical"}
    watching |= {"translation": "But the United States is still watching", "modality": "stated"}
    market |= {"sentence": f"{size}.", "place_id": "china", "modality": "forecast"}
    paste(root, "market_figures", market)
    paste(root, "quotes", *(row | {"topic": "market"} for row in found["quotes"]))
    headings = [row for row in found["exclusions"] if row["line"] in "12"]
    reasons = {"1": "heading", "2": "page_furniture"}
    paste(root, "exclusions", *({**row, "reason": reasons[row["line"]]} for row in headings))
    change(root, "sources", market["seed"], statement_count="4")
    assert list(map(str, validate(root).findings)) == []


def test_nothing_is_drafted_that_the_validator_refuses(root):
    for tag, text in TEXTS.items():
        cells = {"language": tag, "genre": "news", "grade": "secondary"}
        cells["published_on"] = "2026-01-12"
        replace_files(root, documents.new_document(Package.open(root), text.encode(), cells)[1])
    filled, accepted = {}, {table: [] for table in STATEMENTS}
    for number, text in enumerate(TEXTS.values(), 5):
        found = drafts(root, f"{number:03}", text.count("\n") + 1)
        for table, rows in accepted.items():
            for row in found[table]:
                key, *cells = row
                filled[table, row[key]] = {name for name in cells if row[name]}
                empty = {name: code for name, code in FILLED.items() if row.get(name) == ""}
                rows.append(row | empty)
    for table, rows in accepted.items():
        paste(root, table, *rows)
    assert len(filled) > 25
    rows = (row for table in Package.open(root).tables.values() for row in table.rows)
    ids = {(f"data/{row.table}.csv", row.line): (row.table, row.id) for row in rows}
    wrong = [
        str(one)
        for one in validate(root).findings
        if one.column in filled.get(ids.get((one.file, one.line)), ()) and one.column != "unit"
    ]
    assert wrong == []


NOTICE = """根據有關規定，決定對以下事項實施管制。
一、未經許可不得出口用於生產儲能電芯的設備。
二、禁止向境外軍事用戶出口相關物項。
三、自2026年3月1日起，對進口多晶硅加徵12%的反傾銷稅。
四、將海潮公司等3家實體列入不可靠實體清單。
五、最終用途為醫療救助的，無需申請許可證。
六、業界都在觀望後續細則的公布情況。
"""


def test_what_a_notice_orders_is_drafted_as_provisions_and_from_when_as_an_event(root):
    cells = {"language": "zh-Hant", "genre": "notice", "grade": "primary"}
    cells["published_on"] = "2026-01-12"
    replace_files(root, documents.new_document(Package.open(root), NOTICE.encode(), cells)[1])
    found = drafts(root, "005", 7)
    effects = {row["line"]: row["effect"] for row in found["policy_provisions"]}
    assert effects == {"1": "restriction", "2": "licence", "3": "ban", "4": "payment",
                       "5": "restriction", "6": "relaxation"}  # fmt: skip
    (event,) = found["events"]
    assert (event["kind"], event["date"]) == ("takes_effect", "2026-03-01/..")
    assert [row["line"] for row in found["quotes"]] == ["7"]
