"""Another name, another's place and another choice in a sentence, and what only looks so."""

import re

import pytest

from chipcontrols.languages import counterparts as module
from chipcontrols.languages.agreement import disagreements
from chipcontrols.languages.base import rows

DISPLACED = """
这取决于首尔的态度 | That depends on Tokyo's attitude.
索尼推迟了新机的上市 | Toshiba has put off the launch of its new model.
法国农民获得了赔偿 | German farmers have been compensated.
教师工会起诉市长 | The mayor has sued the teachers' union.
租户要求房东维修电梯 | The landlord asked the tenants to repair the lift.
博物馆馆长说，游客批评司机 | Drivers criticised tourists, the museum's director said.
航空公司被乘客起诉 | The airline has sued passengers.
丰田向本田供应变速箱 | Honda supplies Toyota with gearboxes.
警方被示威的学生指控 | Police have accused the protesting students.
争论的焦点不在于价格，而在于质量 | What they argue about is not the quality but the price.
与其裁员，不如降低成本 | Rather than cut costs, it had better lay off staff.
铁路公司投资的是线路安全，而非速度 | The railway is investing in speed rather than safety.
政策从扩张转向收缩 | Policy has moved from contraction to expansion.
工会打算起诉铁路公司 | The railway company intends to sue the unions.
银行已同意收购这家经纪商 | The broker has agreed to acquire the bank.
检察官传唤了该部长 | The minister has summoned prosecutors for questioning.
丹麦向挪威提供两艘渡轮 | Norway is providing Denmark with two ferries.
农民要求政府赔偿损失 | The government asked that farmers compensate it for its losses.
该教师由学生提名 | The teacher nominated a student.
奥地利追随瑞士，禁止了这种塑料 | Switzerland followed Austria in banning this plastic.
律师警告房东，押金必须退还 | The landlord warned his lawyer that the deposit must be returned.
研究人员批评了供应商，却称赞了医生 | The supplier has criticised researchers.
小麦价格上涨，大米价格下跌 | Wheat prices fell, and rice prices rose.
法国批准了条约，意大利则否决了它 | Italy ratified the treaty, while France vetoed it.
""".strip().split("\n")
ALIKE = """
这取决于首尔的态度 | That depends on the attitude of the South Korean government.
欧洲议会通过了法案 | The European Parliament has passed the bill.
日前，工会与市长会面 | The union recently met the mayor.
教师工会起诉市长 | The mayor has been sued by the teachers' union.
租户要求房东维修电梯 | The landlord was asked by tenants to repair the lift.
议员警告，法官过于宽松 | Judges are too lenient, lawmakers warned.
政府对农民作出让步 | It was to farmers that the government gave way.
谷歌在台湾的员工支持工会 | The union has the support of Google's employees in Taiwan.
本田的销量不及丰田 | Toyota sells more cars than Honda.
通货膨胀居高不下，央行对高通胀表示担忧 | The central bank is worried about high inflation.
问题不在于价格，而在于质量 | It is the quality, not the price, that is the problem.
与其裁员，不如降低成本 | It is better to cut costs than to lay off staff.
他们反对的不是改革，而是改革的速度 | They oppose not the reform but the speed of the reform.
市场并不缺资金，缺的是信心 | What the market lacks is not money but confidence.
政策从扩张转向收缩 | Policy has moved from expansion to contraction.
工会打算起诉铁路公司 | The railway company is about to be sued by the unions.
银行已同意收购这家经纪商 | The broker is to be acquired by the bank, which has agreed.
检察官传唤了该部长 | The minister has been summoned by prosecutors.
挪威从丹麦获得两艘渡轮 | Denmark is providing Norway with two ferries.
农民要求政府赔偿损失 | The government faces demands from farmers for compensation.
供应商败诉，法院驳回其上诉 | The supplier lost its appeal when the court rejected it.
该教师由学生提名 | A student nominated the teacher.
奥地利追随瑞士，禁止了这种塑料 | Switzerland was followed by Austria in banning this plastic.
除非客户同意，否则供应商不会扩产 | The supplier will not expand output unless customers agree.
在议会批准之前，首相不能签署 | The prime minister cannot sign before parliament approves.
律师代表房东发出警告 | The landlord, through his lawyer, issued a warning.
若矿工罢工，政府将暂停出口 | The government will suspend exports if miners go on strike.
捷克监管机构否决了波兰的收购 | The Polish takeover was blocked by Czech regulators.
小麦价格上涨，大米价格下跌 | Rice prices fell while wheat prices rose.
意大利否决了条约，法国则批准了它 | France ratified the treaty, while Italy vetoed it.
在乘客投诉后，航空公司解雇了员工 | The airline dismissed an employee after passengers complained.
除非获得许可，否则不得转让技术 | Technology may not be transferred without a licence.
销售额未受关税影响 | Tariffs have had no effect on sales.
""".strip().split("\n")


def about_roles(pair: str) -> list[str]:
    original, sentence = pair.split(" | ")
    return [one.reason for one in disagreements(original, sentence) if one.about == "roles"]


@pytest.mark.parametrize("pair", DISPLACED)
def test_another_name_place_or_choice_is_told(pair: str) -> None:
    assert about_roles(pair)


@pytest.mark.parametrize("pair", ALIKE)
def test_what_another_order_of_words_says_alike_is_not(pair: str) -> None:
    assert not about_roles(pair)


@pytest.mark.parametrize("row", rows(module.__file__, "contrasts"), ids=lambda row: row["example"])
def test_each_pattern_finds_both_parts_of_its_example(row: dict[str, str]) -> None:
    found = re.search(row["pattern"], row["example"], re.IGNORECASE)
    assert found
    assert found["yes"].strip()


def test_each_row_has_words_in_each_language() -> None:
    listed = rows(module.__file__, "counterparts")
    assert all(row["en"] and row["zh"] for row in listed)
    assert {row["kind"] for row in listed} == {"place", "name", "who", "thing", "verb"}
