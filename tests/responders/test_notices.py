"""Who is told what, by which way; what may never leave the building; and that nothing in a text of the public can act."""

import itertools
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from records.assessment import OpinionLevel
from records.case import Case
from records.channel import ChannelConfig, Detail
from records.event import Event, EventLevel
from records.notice import Notice, NoticeKind
from records.post import Post, Reach
from records.unit import Contact, Units
from responders.duty import Part, duty
from responders.masking import clean, masked, safe_link
from responders.notices import Composed, Writing, compose
from tests.responders.samples import (
    DINGTALK,
    FEISHU,
    MAIL,
    NOW,
    SOURCES,
    STANDARD,
    WECOM,
    a_case,
    a_clock,
    a_dispatched_case,
    a_post,
    a_routing,
    an_event,
    at,
    changed,
    units,
)

LINK = "http://yuqing.tinghu.example/cases/TH-20180608-003"


def composed(
    case: Case | None = None,
    event: Event | None = None,
    *,
    posts: Sequence[Post] | None = None,
    known: Units | None = None,
    channels: Sequence[ChannelConfig] = (MAIL, WECOM, DINGTALK, FEISHU),
    kind: NoticeKind = NoticeKind.DISPATCH,
    domains: Sequence[str] = ("tinghu.example",),
    public_url: str = "http://yuqing.tinghu.example/",
) -> Composed:
    numbers = itertools.count(1)
    by = Writing(
        sources=SOURCES, units=known or units(), standard=STANDARD, channels=channels, public_url=public_url,
        office_name="盐城市亭湖区人民政府办公室", contact="政务公开科 0515-00000000", now=NOW, new_id=lambda: f"n{next(numbers)}",
        allowed_mail_domains=domains,
    )  # fmt: skip
    return compose(case or a_dispatched_case(), event or an_event(), [a_post()] if posts is None else posts, by, kind=kind)


def of(made: Composed, unit: str, channel: str = "mail") -> Notice:
    return next(n for n in made.notices if (n.recipient, n.channel) == (unit, channel))


def test_each_unit_hears_on_each_channel_that_is_on() -> None:
    made = composed(known=units("mail", "wecom"), channels=(MAIL, WECOM, changed(FEISHU, enabled=False)))
    assert [(n.recipient, n.channel, n.address) for n in made.notices] == [
        ("gs", "mail", "gs@tinghu.example"), ("gs", "wecom", ""), ("zjj", "mail", "zjj@tinghu.example"), ("zjj", "wecom", ""),
        ("xcb", "mail", "xcb@tinghu.example"), ("xcb", "wecom", ""),
    ]  # fmt: skip
    assert made.problems == ()
    assert [n.id for n in made.notices] == [f"n{i}" for i in range(1, 7)]
    assert {(n.thread, n.case_id, n.created_at, n.next_attempt_at, n.attempts) for n in made.notices} == {
        ("TH-20180608-003", "c1", NOW, NOW, 0)
    }


def test_the_subject_of_a_dispatch_is_the_offices_form() -> None:
    assert of(composed(), "gs").subject == "【舆情Ⅱ级·重大】[TH-20180608-003] 先锋街道停水三天 请于6月8日14:15前首次回应"


def test_a_full_mail_tells_everything_and_when() -> None:
    text = of(composed(), "gs").text
    for said in (
        "编号：TH-20180608-003",
        "舆情等级：Ⅱ级·重大（系统初判），橙色",
        "事实：先锋街道停水三天（原文：家里停水三天了）",
        "地点：先锋街道",
        "类别：C3 切身利益",
        "首发：6月8日08:10 鹤乡论坛（自媒体）",
        "当前量：1条帖文、1个信息源；浏览1200次、回复34次（6月8日09:05采集）",
        "定级依据：内容：波及整个小区",
        "拟回应形式：R2 研究解决",
        "· 谁主管谁负责：事项“供水”（停水），由供水企业牵头",
        "为牵头单位",
        "· 单位职责：",
        "· 请于6月8日12:45前签收",
        "· 请于6月8日14:15前首次回应",
        "· 最迟应于6月10日08:10前公开回应（国办发〔2016〕61号）",
        "· 请于6月15日18:00前办结",
        f"签收、退回与办理：{LINK}",
        "打开链接不算签收",
        "1. 鹤乡论坛 6月8日08:10 http://bbs.example/thread-p1-1-1.html",
        f"存证 sha256：{'ab' * 32}",
        "联系：盐城市亭湖区人民政府办公室 政务公开科 0515-00000000",
    ):
        assert said in text, said


def test_tasks_come_most_pressing_first() -> None:
    found = duty(a_dispatched_case(), NoticeKind.DISPATCH, "gs", Part.LEAD, lead="供水", now=NOW)
    acts = [re.search(r"前(签收|首次回应|公开回应|办结)", t) for t in found.tasks]
    assert [a[1] for a in acts if a] == ["签收", "首次回应", "公开回应", "办结"]


@pytest.mark.parametrize(
    ("unit", "subject", "said"),
    [
        ("zjj", "请配合牵头单位，于6月8日14:15前首次回应", "请按职责配合牵头单位"),
        ("xcb", "请牵头协调处置和信息发布，须于6月8日14:15前首次回应", "重大舆情，由贵单位牵头协调"),
        ("wxb", "抄送知悉", "抄送知悉，由"),
    ],
)
def test_the_others_have_words_of_their_own(unit: str, subject: str, said: str) -> None:
    case = a_dispatched_case(routing=a_routing(informed=("wxb",)))
    notice = of(composed(case), unit)
    assert notice.subject.endswith(subject)
    assert said in notice.text
    assert "签收（" not in notice.text.split("要做什么")[1].split("签收、退回")[0]


def test_a_unit_with_two_parts_hears_once_by_the_weightier() -> None:
    case = a_dispatched_case(routing=a_routing(joint=("xcb",), informed=("xcb", "gs"), escalate_to=("xcb",)))
    made = composed(case)
    assert [n.recipient for n in made.notices] == ["gs", "xcb"]
    assert "请配合牵头单位" in of(made, "xcb").subject


def test_an_alert_has_no_unit_clock_but_the_national_limit() -> None:
    notice = of(composed(a_case(), kind=NoticeKind.ALERT), "gs")
    assert notice.subject.endswith("请关注核实，最迟应于6月10日08:10前公开回应")
    assert "尚未交办，单位办理时限未起算" in notice.text
    assert "前签收" not in notice.text
    assert "首次回应" not in notice.text


def test_a_grave_emergency_asks_for_the_release_first() -> None:
    case = a_case(deadlines=(a_clock("press", "09 08:10"), a_clock("release", "08 13:10")))
    notice = of(composed(case, an_event(event_level=EventLevel.GRAVE, opinion_level=OpinionLevel.IV), kind=NoticeKind.ALERT), "gs")
    assert notice.subject.endswith("最迟应于6月8日13:10前发布权威信息")
    assert notice.urgent


@pytest.mark.parametrize(
    ("clock", "headline", "task"),
    [
        (a_clock("reply", "08 11:00"), "首次回应时限6月8日11:00已过，请立即办理", "首次回应时限6月8日11:00已过，请立即首次回应"),
        (
            a_clock("reply", "08 11:00", late_found=True),
            "首次回应时限6月8日11:00已过",
            "首次回应时限6月8日11:00在发现前已过（迟发现，不计入承办单位）",
        ),
    ],
)
def test_a_limit_that_has_passed_is_said_to_have_passed(clock: object, headline: str, task: str) -> None:
    notice = of(composed(a_dispatched_case(deadlines=(clock,))), "gs")
    assert headline in notice.subject
    assert task in notice.text


def test_another_year_is_named() -> None:
    late = changed(a_clock("respond", "10 08:10"), due_at=NOW + timedelta(days=365))
    assert "2019年6月8日12:15" in of(composed(a_case(deadlines=(late,)), kind=NoticeKind.ALERT), "gs").subject


def test_a_case_without_clocks_still_makes_a_notice() -> None:
    assert of(composed(a_case(deadlines=()), kind=NoticeKind.ALERT), "gs").subject.endswith("请关注核实")


def test_an_upgrade_names_the_events_new_level_and_is_told_once_a_level() -> None:
    case = a_dispatched_case(opinion_level=OpinionLevel.III)
    graver = of(composed(case, an_event(opinion_level=OpinionLevel.II), kind=NoticeKind.UPDATE), "gs")
    again = of(composed(case, an_event(opinion_level=OpinionLevel.II, heat=9), kind=NoticeKind.UPDATE), "gs")
    gravest = of(composed(case, an_event(opinion_level=OpinionLevel.I), kind=NoticeKind.UPDATE), "gs")
    assert graver.subject.startswith("【舆情升级至Ⅱ级·重大】")
    assert "舆情等级已升级" in graver.text
    assert graver.key == again.key != gravest.key


# keys


def test_keys_are_stable_and_all_different() -> None:
    case = a_dispatched_case()
    one, two = composed(case, known=units("mail", "wecom")), composed(case, known=units("mail", "wecom"))
    keys = [n.key for n in one.notices]
    assert keys == [n.key for n in two.notices]
    assert len(set(keys)) == len(keys)
    alert = {n.key for n in composed(case, kind=NoticeKind.ALERT, known=units("mail", "wecom")).notices}
    assert not alert & set(keys)


def test_a_dispatch_after_a_return_is_a_new_message() -> None:
    first = of(composed(a_dispatched_case()), "gs").key
    second = of(composed(a_dispatched_case(dispatched_at=NOW + timedelta(hours=3))), "gs").key
    assert first != second


# what leaves the building

SECRET_WORDS = ("停水", "先锋", "鹤乡", "bbs.example", "整个小区", "供水")


def leaking(notice: Notice) -> list[str]:
    return [w for w in SECRET_WORDS if w in notice.subject + notice.text + notice.html]


@pytest.mark.parametrize("channel", [WECOM, DINGTALK, FEISHU, changed(WECOM, public=True, detail=Detail.FULL), changed(MAIL, public=True)])
@pytest.mark.parametrize("kind", [NoticeKind.ALERT, NoticeKind.DISPATCH, NoticeKind.UPDATE])
def test_public_channels_get_number_level_deadline_and_link_and_nothing_else(channel: ChannelConfig, kind: NoticeKind) -> None:
    made = composed(known=units(channel.id), channels=[channel], kind=kind)
    assert len(made.notices) == 3
    for notice in made.notices:
        assert leaking(notice) == []
        assert "TH-20180608-003" in notice.subject
        assert "（系统初判）" in notice.subject
        assert "6月8日14:15" in notice.subject
        assert notice.text.splitlines()[-1] == f"查看办理：{LINK}"
        assert bool(notice.html) is (channel.id == "mail")


def test_a_private_robot_set_to_full_gets_the_full_text() -> None:
    made = composed(known=units("wecom"), channels=[changed(WECOM, detail=Detail.FULL)])
    assert "先锋街道停水三天" in of(made, "gs", "wecom").text
    assert of(made, "gs", "wecom").html == ""


def test_whistleblowing_goes_to_discipline_alone_and_says_nothing() -> None:
    routing = a_routing(lead="jwjw", joint=("zjj",), informed=("xcb",), escalate_to=("qwb", "wxb"), reasons=("检举控告类",))
    made = composed(a_dispatched_case(routing=routing), known=units("mail", "wecom"))
    assert {n.recipient for n in made.notices} == {"jwjw"}
    assert [n.channel for n in made.notices] == ["mail", "wecom"]
    for notice in made.notices:
        assert leaking(notice) == []
        assert "检举" not in notice.subject + notice.text + notice.html


def test_whistleblowing_nobody_can_take_is_a_problem_and_goes_nowhere_else() -> None:
    known = units()
    alone = changed(known, units=tuple(changed(u, contacts=()) if u.id == "jwjw" else u for u in known.units))
    made = composed(a_dispatched_case(routing=a_routing(lead="jwjw", escalate_to=("qzfb",))), known=alone)
    assert made.notices == ()
    assert len(made.problems) == 1
    assert "须人工送达" in made.problems[0]


PRIVATE = (
    "13912345678", "139-1234-5678", "320902199001011234", "32090219900101123X", "苏J12345", "苏J·D12345", "0515-88888888",
    "6222021234567890123",
)  # fmt: skip


@pytest.mark.parametrize("number", PRIVATE)
def test_private_numbers_never_leave(number: str) -> None:
    event = an_event(title=f"停水找{number}", level_reasons=(f"内容：{number}",), areas=(f"小区{number}",))
    post = a_post(text=f"联系{number}没人管。", url=f"http://bbs.example/?q={number}" if number.isdigit() else "http://bbs.example/1")
    case = a_dispatched_case(title=f"停水找{number}", routing=a_routing(reasons=(f"事项“供水”（{number}）",)))
    notice = of(composed(case, event, posts=[post]), "gs")
    for leaf in (notice.subject, notice.text, notice.html):
        assert number not in leaf
    assert re.search("〔(电话|证件号|卡号|车牌)〕", notice.subject)


@pytest.mark.parametrize(
    "text",
    [
        "编号TH-20180608-003", "6月8日14:15", "国办发〔2016〕61号", "浏览1200次", "2018年6月8日", "20180608", "楼号12栋3单元501室", "苏州ABCDE",
        "ISBN 9787",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "text", ["１３９１２３４５６７８", "+86 139 1234 5678", "139 1234 5678", "苏j12345", "320902 19900101 1234", "微信13912345678号"]
)
def test_numbers_are_found_however_they_are_written(text: str) -> None:
    assert re.search("〔(电话|证件号|卡号|车牌|号码)〕", masked(text))
    assert "1234" not in masked(text).replace("１２３４", "1234")


@given(st.text(max_size=200))
def test_a_cleaned_text_is_one_line_and_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert once == clean(once)
    assert not any(ord(c) < 32 for c in once)
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1&z=%E5%81%9C", True),
        ("http://weibo.example/1234/4388804123456789", True),
        ("urn:huiying:paste:1", False),
        ("javascript:alert(1)", False),
        ("http://a.example/\r\nBcc: x", False),
        ('http://a.example/"onclick=', False),
        ("http://a.example/320902199001011234", False),
    ],
)
def test_only_plain_addresses_are_linked(url: str, safe: bool) -> None:
    assert safe_link(url) == (url if safe else "")


# hostile text (reliability test 34)

HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}{% for x in ().__class__.__bases__ %}{% endfor %}",
    "%(subject)s {0.__class__} ${jndi:ldap://x}",
    "停水\r\nBcc: all@other.example\r\n\r\n正文",
    '"><img src=http://evil.example/x.png onerror=alert(1)>',
    "停水\u202etxt.exe\x00\x0b",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hostile: str) -> None:
    event = an_event(title=hostile, level_reasons=(hostile,), areas=(hostile,))
    post = a_post(text=hostile, url=f"javascript:{hostile}", raw_sha256="")
    case = a_dispatched_case(title=hostile, routing=a_routing(reasons=(hostile,)))
    notice = of(composed(case, event, posts=[post]), "gs")
    assert not re.search(r"[\x00-\x1f\x7f\u202e]", notice.subject)
    page = BeautifulSoup(notice.html, "html.parser")
    assert page.find_all(["script", "img", "iframe", "link", "form"]) == []
    assert {a["href"] for a in page.find_all("a")} == {LINK}
    assert not [t for t in page.find_all(True) for name in t.attrs if name.startswith("on")]
    assert "49" not in page.get_text() or "49" in hostile
    if "{{" in hostile:
        assert "{{7*7}}" in page.get_text()
    assert not [line for line in notice.text.splitlines() if line.startswith("Bcc")]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_title_and_text_make_a_page_without_foreign_elements(title: str, text: str) -> None:
    notice = of(composed(a_dispatched_case(title=title), an_event(title=title), posts=[a_post(text=text)]), "gs")
    plain = of(composed(), "gs")
    names = [t.name for t in BeautifulSoup(notice.html, "html.parser").find_all(True)]
    assert names == [t.name for t in BeautifulSoup(plain.html, "html.parser").find_all(True)]


def test_the_page_has_no_outside_resources_and_fits_600_pixels() -> None:
    page = BeautifulSoup(of(composed(), "gs").html, "html.parser")
    assert page.find_all(src=True) == []
    assert "url(" not in str(page)
    assert "max-width:600px" in str(page)
    assert all(a["rel"] == ["noopener", "noreferrer"] for a in page.find_all("a"))
    assert "点“签收”" in page.get_text()


# originals


def test_ten_links_then_the_count() -> None:
    posts = [a_post(f"p{i}", floor=0) for i in range(13)]
    text = of(composed(event=an_event(post_ids=tuple(p.id for p in posts), first_post_id="p0"), posts=posts), "gs").text
    assert len(re.findall(r"^\d+\. 鹤乡论坛", text, re.MULTILINE)) == 10
    assert "等13条，其余见办理页面" in text
    assert "thread-p9-" in text
    assert "thread-p10-" not in text


def test_floors_of_a_thread_are_one_link() -> None:
    posts = [a_post("p1"), a_post("p2", url=a_post("p1").url, floor=2), a_post("p3")]
    text = of(composed(posts=posts), "gs").text
    assert len(re.findall(r"^\d+\. 鹤乡论坛", text, re.MULTILINE)) == 2
    assert "浏览2400次、回复68次" in text  # two threads of 1200 and 34, not three


def test_what_is_not_known_says_so() -> None:
    bare = a_post(published_at=None, reach=Reach(), source_id="unknown", url="urn:huiying:paste:1", raw_sha256="")
    text = of(composed(event=an_event(first_source_id="unknown", areas=(), level_reasons=()), posts=[bare]), "gs").text
    assert "首发：6月8日08:10（首见时间，原文未标时间） unknown" in text
    assert "页面未显示浏览、回复数" in text
    assert "1. unknown 未标时间 （链接见办理页面）" in text
    assert "地点：文中没有具体地点" in text
    assert "定级依据：未记录" in text
    assert "sha256" not in text


def test_no_posts_at_all_still_makes_a_notice() -> None:
    assert "事实：先锋街道停水三天\n" in of(composed(posts=[]), "gs").text


def test_false_information_is_only_suspected() -> None:
    assert "C7 误解不实（疑似，待核实）" in of(composed(a_dispatched_case(labels=("C7",))), "gs").text


# refusals


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("zjj@other.example", "zjj@other.example"),
        ("zjj@mail.tinghu.example", "zjj@mail.tinghu.example"),
        ("zjj@tinghu.example\r\nBcc: x@y.example", "zjj@tinghu.exampleBcc: x@y.example"),
        ("not an address", "not an address"),
    ],
)
def test_a_foreign_or_broken_address_is_a_named_problem(address: str, named: str) -> None:
    made = composed(known=units(zjj=address))
    assert [n.recipient for n in made.notices] == ["gs", "xcb"]
    assert len(made.problems) == 2
    assert named in made.problems[0]
    assert made.problems[0].startswith("TH-20180608-003：")
    assert "没有可用的通道或收件人，须人工送达（协办）" in made.problems[1]


def test_without_allowed_domains_no_mail_is_written() -> None:
    made = composed(domains=())
    assert made.notices == ()
    assert len(made.problems) == 6


def test_two_mailboxes_of_a_unit_are_two_notices_and_a_repeated_one_is_one() -> None:
    known = units()
    contacts = tuple(Contact(role="联络员", email=e) for e in ("a@tinghu.example", "b@tinghu.example", "a@tinghu.example"))
    known = changed(known, units=tuple(changed(u, contacts=contacts) if u.id == "gs" else u for u in known.units))
    made = composed(known=known)
    assert [n.address for n in made.notices if n.recipient == "gs"] == ["a@tinghu.example", "b@tinghu.example"]


def test_channels_missing_or_off_and_unknown_units_are_problems_and_the_rest_goes_on() -> None:
    made = composed(
        a_dispatched_case(routing=a_routing(joint=("nobody",))), known=units("mail", "sms"), channels=[MAIL, changed(WECOM, enabled=False)]
    )
    assert [n.recipient for n in made.notices] == ["gs", "xcb"]
    assert "单位 nobody 不在名录中，未通知（协办）" in " ".join(made.problems)
    assert "通道 sms 不在设置中" in made.problems[0]
    off = composed(channels=[changed(MAIL, enabled=False)])
    assert off.notices == ()
    assert all("须人工送达" in p for p in off.problems)


@pytest.mark.parametrize(
    ("case", "kind", "url", "said"),
    [
        (a_case(number=""), NoticeKind.ALERT, LINK, "case c1: a notice needs the case's number"),
        (a_case(), NoticeKind.DIGEST, LINK, "not a notice about a case"),
        (a_case(), NoticeKind.ALERT, "yuqing.tinghu.example", "not an http"),
        (a_case(), NoticeKind.ALERT, "javascript:alert(1)", "not an http"),
    ],
)
def test_a_callers_mistake_is_named(case: Case, kind: NoticeKind, url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        composed(case, kind=kind, public_url=url)


@pytest.mark.parametrize(("level", "urgent"), [(level, level.rank <= 2) for level in OpinionLevel])
def test_the_two_gravest_levels_are_urgent(level: OpinionLevel, urgent: bool) -> None:
    assert of(composed(a_dispatched_case(opinion_level=level)), "gs").urgent is urgent


def test_the_first_instant_of_the_sample_is_the_posts() -> None:
    assert at("08 08:10") == a_post().said_at
