"""A document is added to this package by the commands alone, and its drafts are what to accept."""

from __future__ import annotations

import pytest

from chipcontrols.curation import documents, showing
from chipcontrols.package import Package
from chipcontrols.package.files import replace_files
from chipcontrols.validation.engine import validate
from chipcontrols.validation.passages import read_evidence
from commands import REPOSITORY, change, drafted, paste, run

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
        for table in (*STATEMENTS, "exclusions", "citations", "surface_forms"):
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
    assert said["speaker_id"] == warned["speaker_id"] == "jensen-huang"
    said |= {"translation": size, "modality": "forecast"}
    warned |= {"translation": "If US companies leave, Huawei will gain the market"}
    warned |= {"modality": "hypothetical"}
    watching |= {"translation": "But the United States is still watching", "modality": "stated"}
    market |= {"sentence": f"Jensen Huang says that {size[:1].lower()}{size[1:]}."}
    market |= {"place_id": "china", "modality": "forecast"}
    paste(root, "market_figures", market)
    paste(root, "citations", *found["citations"])
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
            paste(root, "citations", *found["citations"])
    for table, rows in accepted.items():
        paste(root, table, *rows)
    assert len(filled) > 25
    rows = (row for table in Package.open(root).tables.values() for row in table.rows)
    ids = {(f"data/{row.table}.csv", row.line): (row.table, row.id) for row in rows}
    wrong = [
        str(one)
        for one in validate(root).findings
        if one.column in filled.get(ids.get((one.file, one.line)), ()) and one.column != "unit"
        if "modality is stated" not in one.message  # which is this test's own
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


def added(root, text, tag="zh-Hant", **cells):
    """Add a text as document 005; return its drafts, by table."""
    cells = {"language": tag, "genre": "news", "grade": "secondary"} | cells
    cells = {"published_on": "2026-01-12"} | cells
    replace_files(root, documents.new_document(Package.open(root), text.encode(), cells)[1])
    return drafts(root, "005", text.count("\n") + 1)


def test_what_counts_nothing_is_drafted_as_an_exclusion_with_its_reason(root):
    found = added(root, "昨天又有一家公司提起訴訟，這是第三項索賠，涉及3家企業。")["exclusions"]
    reasons = {row["excerpt"]: row["reason"] for row in found if row["class"] == "numeral"}
    assert reasons == {"第三項": "ordinal_label", "3家": ""}


def test_neither_who_says_it_nor_the_time_of_an_aside_makes_a_figure(root):
    text = """The rule will be delayed by 120 days, two people familiar with the matter said.
The rule, first proposed under President Joe Biden in January 2025, carries fines of $900."""
    figures = added(root, text, "en")["market_figures"]
    assert [(row["quantity"], row["as_of"]) for row in figures] == [("120 days", ""), ("$900", "")]


def test_who_says_it_is_drafted_where_the_words_beside_the_verb_name_him(root):
    text = """黃仁勳8日在台北的論壇上表示，輝達上季營收達500億美元。
輝達執行長黃仁勳則說：「需求很強。」
黃仁勳身邊的人士表示，需求很強。
據路透社報導，需求很強。"""
    found = added(root, text)
    said = {(row["line"], row["text"]): row["speaker_id"] for row in found["quotes"]}
    assert list(said.values()) == ["jensen-huang", "jensen-huang", "", ""]
    (figure,) = found["market_figures"]
    assert figure["attributed_to_id"] == "jensen-huang"
    (cited,) = [row for row in found["citations"] if row["column"] == "attributed_to_id"]
    assert cited["excerpt"] == "黃仁勳8日在台北的論壇上表示"


def test_who_says_it_follows_a_quotation_that_is_all_of_its_sentence(root):
    found = added(root, "“需求很強。”輝達執行長黃仁勳說。\n輝達發言人表示，需求很強。")
    assert [row["speaker_id"] for row in found["quotes"]] == ["jensen-huang", "nvidia"]
    assert "speaker_text, modality" not in showing.cited(*read_evidence(root), "005:1")


def test_whom_an_english_verb_is_about_does_not_say_it(root):
    text = """Harbor analysts expect Huawei to ship 800,000 chips in 2026, up from 600,000 in 2025.
"It will last," said Jensen Huang. Harbor expects Nvidia to spend $3 billion.
The rule would cost it $2 billion in revenue, Jensen Huang said."""
    found = added(root, text, "en")
    figures = {row["quantity"]: row for row in found["market_figures"]}
    assert [row["attributed_to_id"] for row in figures.values()] == ["", "", "", "jensen-huang"]
    # What somebody expects, from what it rises, and what "would" may mean are three things.
    force = {quantity: row["modality"] for quantity, row in figures.items()}
    assert force == {
        "800,000 chips": "forecast", "600,000": "stated", "$3 billion": "forecast", "$2 billion": ""
    }  # fmt: skip
    assert figures["$2 billion"]["measure"] == "loss"
    (quote,) = [row for row in found["quotes"] if row["kind"] == "direct"]
    assert (quote["text"], quote["speaker_id"]) == ("It will last", "jensen-huang")


def test_what_lies_ahead_is_not_drafted_as_stated(root):
    found = added(root, "自2月1日起禁止輝達出口H20晶片。\n1月8日禁止輝達出口H20晶片。")
    assert [(row["date"], row["modality"]) for row in found["events"]] == [
        ("2026-02-01/..", ""), ("2026-01-08", "stated")
    ]  # fmt: skip


def test_a_title_at_the_end_of_a_clause_is_drafted_whole(root):
    (quote,) = added(root, "國會已經通過《晶片安全法案》。")["quotes"]
    assert quote["text"] == "國會已經通過《晶片安全法案》"


def test_drafts_stand_in_the_order_of_their_table(root):
    text = "Zenith Works and Apex Foundry met Quill Labs in Oslo."
    names = [row["surface_form"] for row in added(root, text, "en")["surface_forms"]]
    assert len(names) > 2
    assert names == sorted(names)


def test_what_goes_on_behind_a_quotation_and_its_verb_is_said_too(root):
    found = added(root, "「需求很強。」黃仁勳說，輝達上季營收達500億美元。")
    said = {row["text"]: row["kind"] for row in found["quotes"]}
    assert said == {"需求很強。": "direct", "輝達上季營收達500億美元": "reported"}
    assert found["market_figures"][0]["attributed_to_id"] == "jensen-huang"


REPORT = """LONDON, Jan 9 (Reuters) - The harbour authority is drafting a permit rule, three \
people said on Friday, in an effort to slow imports.
The minister told reporters that talks would go on.
"We will wait," said Jensen Huang, the chief executive of Nvidia.
Nvidia had earlier forecast that sales would fall, excluding one customer.
Ships wait, with no end in sight.
"""


def test_an_english_report_is_drafted_without_its_dateline_and_whole(root):
    found = added(root, REPORT, "en")
    texts = [(row["kind"], row["text"]) for row in found["quotes"]]
    assert texts == [
        ("reported", "The harbour authority is drafting a permit rule"),
        ("authorial", "in an effort to slow imports"),
        ("reported", "talks would go on"),
        ("direct", "We will wait"),
        ("reported", "sales would fall, excluding one customer"),
        ("authorial", "Ships wait, with no end in sight"),
    ]
    assert all(row["translation"] == row["text"] for row in found["quotes"])
    assert (found["events"], found["market_figures"]) == ([], [])  # 9 January, three people
    assert found["quotes"][0]["excerpt"].startswith("LONDON, Jan 9")  # which nothing excludes


def test_what_describes_a_speaker_is_told_with_what_is_said(root):
    (quote,) = [row for row in added(root, REPORT, "en")["quotes"] if row["line"] == "3"]
    quote |= {"speaker_id": "jensen-huang", "modality": "planned", "topic": "market"}
    paste(root, "quotes", quote)
    open_ones = [one for one in map(str, validate(root).findings) if "unaccounted clause" in one]
    assert not [one for one in open_ones if "chief executive" in one]


def test_what_the_document_says_itself_has_no_time_of_saying(root):
    text = "海潮公司下周將開會，業界人士呼籲政府公布細則。\n新廠已在2024年第四季落成；屋頂完工。"
    found = added(root, text)
    assert [row["said_on_text"] for row in found["quotes"]] == ["", ""]
    assert found["quotes"][0]["excerpt"] == "業界人士呼籲政府公布細則"
    assert [row["date_text"] for row in found["events"]] == ["下周"]


def test_an_article_that_counts_nothing_is_no_figure(root):
    found = added(root, "這會是一場大災難，共有三艘船停航。")
    assert [row["quantity"] for row in found["market_figures"]] == ["三艘"]


def test_the_force_of_a_figure_is_that_of_its_words_and_no_negation_alone_denies(root):
    text = """銷量達到300萬顆，成本不低於20億美元。該公司可能投資60億美元。
若市占率降到50%，損失將擴大。該公司沒有投資70億美元。
分析師預料成本達到80億美元。業界估計成本達到90億美元。"""
    found = {row["quantity"]: row["modality"] for row in added(root, text)["market_figures"]}
    assert found == {"300萬顆": "stated", "不低於20億美元": "stated", "60億美元": "possible",
                     "50%": "hypothetical", "70億美元": "", "80億美元": "forecast",
                     "90億美元": ""}  # fmt: skip


def test_a_number_without_a_unit_is_a_count(root):
    found = added(root, "They smuggled about 400 Nvidia A100 processors.", "en")
    (figure,) = found["market_figures"]
    assert (figure["measure"], figure["unit"], figure["value"]) == ("count", "count", "400")


def test_a_generic_noun_is_drafted_for_its_document_and_its_entity_left_to_the_reader(root):
    added(root, "出口管制仍在收緊。")
    package, evidence = read_evidence(root)
    out = showing.cited(package, evidence, "005:1")
    (form,), (note,) = drafted(out, "surface_forms", root)
    assert (form["surface_form"], form["local"], form["entity_id"]) == ("出口管制", "true", "")
    assert "entity_id (us-chip-export-controls)" in note


def test_a_quotation_is_drafted_with_who_says_it_behind_it(root):
    found = added(root, "海潮已擴產。“三年來，客戶都在等。”周海潮說。電從哪裡來？缺電更難。")
    texts = {row["text"]: row["excerpt"] for row in found["quotes"]}
    assert texts["三年來，客戶都在等。"] == "“三年來，客戶都在等。”周海潮說。"
    assert {"電從哪裡來？", "缺電更難"} < set(texts)
    assert found["market_figures"] == []  # 三年來 is a time


def test_a_forecast_keeps_the_time_that_follows_its_verb(root):
    (quote,) = added(root, "法人估今年營收可望突破26億元。")["quotes"]
    assert (quote["text"], quote["said_on_text"]) == ("今年營收可望突破26億元", "")


def test_a_report_ends_before_the_next_and_goes_on_behind_who_said_it(root):
    text = """Tidal said it is full for 2027, while Harbor told buyers on April 3 that it would pay.
No exporter with claims, he stressed, would be spared.
Ann Lee conceded that it would open in the first half of 2027, as parts were “rarer than gold”."""
    told = [(row["text"], row["said_on_text"]) for row in added(root, text, "en")["quotes"]]
    assert told[:3] == [
        ("it is full for 2027", ""),
        ("it would pay", "April 3"),
        ("No exporter with claims, he stressed, would be spared", ""),
    ]
    assert ("rarer than gold", "") in told  # it is not said in 2027


def test_what_a_number_rises_to_has_not_the_time_of_what_it_rises_from(root):
    found = added(root, "赵倩告诉记者，报价从9月的1150元涨到2300元。")
    times = {row["quantity"]: row["as_of_text"] for row in found["market_figures"]}
    assert times == {"1150元": "9月", "2300元": ""}
    assert [row["text"] for row in found["quotes"]] == ["报价从9月的1150元涨到2300元"]


DECREE = """海运部公告2026年第7号
应当依照《船舶出口管制条例》第十六条的规定，向主管部门申请许可；存在疑问的货物不予放行。
发言人表示，此举不是出口禁止。
第一条所列物项自2026年4月8日起实施，第二条所列物项自2026年6月1日起实施。
"""


def test_a_notice_is_the_policy_of_what_it_orders(root):
    name = root / f"seeds/{documents.new_document(Package.open(root), DECREE.encode(), NOTED)[0]}"
    added(root, DECREE, "zh-Hans", **NOTED)
    at = {"seed": name.name, "line": "1", "excerpt": "海运部公告2026年第7号"}
    form = {"surface_form": at["excerpt"], "entity_id": "notice-7", "kind": "name"}
    paste(root, "surface_forms", form | at | {"local": "false", "script": "Hans"})
    policy = {"policy_id": "notice-7", "name": "Notice No. 7", "name_zh": at["excerpt"]}
    policy |= {"description": "It controls exports.", "kind": "export_control_rule"}
    names = Package.open(root).tables["policies"].schema.names
    paste(root, "policies", dict.fromkeys(names, "") | policy | at)
    found = drafts(root, "005", 5)
    orders = [(row["policy_id"], row["effect"]) for row in found["policy_provisions"]]
    assert orders == [("notice-7", "licence"), ("notice-7", "ban")]
    dates = [row["date"] for row in found["events"]]
    assert dates == ["2026-04-08/..", "2026-06-01/.."]
    rows = [row | {"sentence": "", "modality": "stated"} for row in found["policy_provisions"]]
    rows[0]["sentence"] = "Under Notice No. 7 they must apply for a licence."
    rows[1]["sentence"] = "Under Notice No. 7 goods that raise doubts are not released."
    paste(root, "policy_provisions", *rows)
    refused = [str(one) for one in validate(root).findings if "policy_provisions" in one.file]
    assert refused == []
    labels = {row["excerpt"]: row["reason"] for row in found["exclusions"]}
    assert labels["第十六条"] == "ordinal_label"


NOTED = {"language": "zh-Hans", "genre": "notice", "grade": "primary", "published_on": "2026-03-09"}


def test_the_words_of_a_date_are_found_and_are_whole(root):
    cells = {"language": "zh-Hant", "genre": "news", "grade": "secondary"}
    text = "海潮擴廠\n2026-01-16 05:30 記者某某\n海潮公司將擴廠。\n".encode()
    for given in ({}, {"published_on_text": "2026-01-16"}):
        day = {"published_on": "2026-01-16"} | given
        _, files = documents.new_document(Package.open(root), text, cells | day)
        assert "2026-01-16,2026-01-16 05:30," in files["data/sources.csv"].decode()


def test_a_name_that_an_entity_has_in_english_is_drafted_with_its_id(root):
    added(root, "Officials in Huawei Park met the European Union, Yangtze Port said.", "en")
    package, evidence = read_evidence(root)
    out = showing.cited(package, evidence, "005:1")
    rows, _ = drafted(out, "surface_forms", root)
    forms = {row["surface_form"]: row["entity_id"] for row in rows}
    assert forms["European Union"] == "european-union"
    assert forms["Yangtze Port"] == ""


@pytest.mark.parametrize("table", ["companies", "institutions", "policies", "chips"])
def test_a_kind_that_no_words_tell_may_be_empty(table):
    fields = {field.name: field for field in Package.open(REPOSITORY).tables[table].schema.fields}
    assert not fields["kind"].required
