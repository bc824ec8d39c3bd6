"""Each role's main journey, on a desktop and on a phone, with and without JavaScript; every step is seen on the page and in the ledger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from huiying.office import Desk
from huiying.settings import Settings
from records.case import Case, Transition
from records.post import Post
from tests.browser.conftest import DESKTOP, PASSWORD, PEOPLE, PHONE, Served, add_people, log_in, looking, served, ticking
from tests.huiying.desk import SIGNER, waiting_case
from tests.makers import PAGE, PROOF, STATE, a_post, an_assessment
from workbench.receipt_links import signer_in

WAYS = {"desktop": (DESKTOP, True), "desktop-plain": (DESKTOP, False), "phone": (PHONE, True), "phone-plain": (PHONE, False)}
CASES, DOUBTFUL = 4, 2  # of each way's own
ADDRESS = "http://www.tinghu.example/1.html"


def prepare(desk: Desk) -> None:
    """Cases in 预警提示 and posts the machine was not sure of, for each way its own; one account a role."""
    for name in range(CASES * len(WAYS)):
        waiting_case(desk, f"{name}")
    for name in range(DOUBTFUL * len(WAYS)):
        desk.ledger.add_collected([a_post(f"q{name}", title=f"说不清的帖子{name}")], [PAGE], STATE)
        desk.ledger.add_assessments([an_assessment(f"q{name}", abstain=("primary",))])
    add_people(desk)


@pytest.fixture(scope="module")
def office(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The office of this module."""
    with served(settings, tmp_path_factory.mktemp("journeys"), prepare, ticking()) as running:
        yield running


@dataclass(frozen=True)
class Person:
    """Somebody at a browser."""

    page: Page
    office: Served

    def open(self, number: str) -> Page:
        """The case's page, from the list."""
        self.page.goto(f"{self.office.address}/cases")
        self.page.get_by_role("link", name=number, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("停水")
        return self.page

    def take(self, number: str, to: str, why: str = "按流程办理", fill: Callable[[Locator], object] = lambda form: None) -> None:
        """The step, seen on the page and in the ledger."""
        page = self.open(number)
        form = self.form(to)
        fill(form)
        form.get_by_label("理由").fill(why)
        form.get_by_role("button", name=to, exact=True).click()
        expect(page.locator("main .state").first).to_have_text(to)
        last = self.moves(number)[-1]
        assert (last.to_state.value, last.why) == (to, why)

    def form(self, to: str) -> Locator:
        """The form of a step, come to by its link at the top of the case's page."""
        self.page.get_by_role("link", name=to, exact=True).click()
        return self.page.locator("form", has=self.page.get_by_role("button", name=to, exact=True))

    def moves(self, number: str) -> list[Transition]:
        """What happened to the case so far."""
        return list(self.office.desk.ledger.transitions(self.office.case(number).id))


@dataclass(frozen=True)
class Window:
    """One of the four ways to look."""

    way: str
    chromium: Browser
    office: Served

    def stranger(self) -> Page:
        """A browser of its own in which nobody is logged in."""
        size, script = WAYS[self.way]
        return looking(self.chromium, size, script=script).new_page()

    def person(self, login: str) -> Person:
        """A browser of its own in which the account is logged in."""
        page = log_in(self.stranger(), self.office.address, login)
        expect(page.get_by_role("heading", name="今日", level=1)).to_be_visible()
        return Person(page, self.office)

    def case(self, which: int) -> Case:
        """One of the way's own cases."""
        return self.office.desk.ledger.cases()[CASES * list(WAYS).index(self.way) + which]


@pytest.fixture(params=WAYS)
def window(request: pytest.FixtureRequest, chromium: Browser, office: Served) -> Iterator[Window]:
    """A window of one of the four ways; its browsers are closed at the end."""
    yield Window(request.param, chromium, office)
    for context in chromium.contexts:
        context.close()


def test_a_one_time_password_opens_nothing_but_its_own_change(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> None:
    once: dict[str, str] = {}
    with served(settings, tmp_path_factory.mktemp("once"), lambda desk: once.update(add_people(desk, must_change=True)), ticking()) as fresh:
        for login, (size, script) in zip(PEOPLE, WAYS.values(), strict=False):
            page = log_in(looking(chromium, size, script=script).new_page(), fresh.address, login, once[login])
            expect(page.get_by_text("一次性口令").first).to_be_visible()
            page.goto(f"{fresh.address}/today")
            expect(page.get_by_text("修改一次性口令")).to_be_visible()
            page.goto(f"{fresh.address}/account")
            change_password(page, once[login])
            expect(page.get_by_role("heading", name="今日", level=1)).to_be_visible()
            page.context.close()
        assert [who for who, _ in fresh.audited("account:password")][::-1] == [name for name, _, _ in list(PEOPLE.values())[: len(WAYS)]]


def change_password(page: Page, old: str) -> None:
    """From the old password to PASSWORD."""
    for label, text in (("现在的口令", old), ("新口令", PASSWORD), ("再输一次", PASSWORD)):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="修改").click()


def test_a_case_goes_its_whole_way(window: Window) -> None:
    number, office = window.case(0).number, window.office
    duty = window.person("duty")
    duty.take(number, "交办", "情况清楚，请核查")
    sign_by_link(window, number)
    contact = window.person("contact")
    contact.take(number, "核查")
    for one in (contact, window.person("joint")):
        fill_answer(one.open(number))
        expect(one.page.get_by_role("heading", name="修改反馈单与回应口径")).to_be_visible()
        expect(one.page.get_by_text("联络员甲").first).to_be_visible()
    assert [p.unit for p in office.papers(number, "反馈单")] == ["gs", "zjj"]
    contact.take(number, "反馈")
    vetted(window.person("vetter"), number)
    signer = window.person("signer")
    sent_back(signer, number)
    contact.take(number, "反馈")
    signed(signer, number)
    contact.take(number, "公开回应", fill=lambda form: form.get_by_label("网址").fill(ADDRESS))
    for state in ("跟踪", "办结", "评估", "归档"):
        duty.take(number, state)
    done = [(m.to_state.value, m.actor) for m in duty.moves(number)][1:]
    assert done == [
        ("交办", "值班员甲"), ("签收", "联络员甲"), ("核查", "联络员甲"), ("反馈", "联络员甲"), ("核查", SIGNER),
        ("反馈", "联络员甲"), ("签批", SIGNER), ("公开回应", "联络员甲"),
        ("跟踪", "值班员甲"), ("办结", "值班员甲"), ("评估", "值班员甲"), ("归档", "值班员甲"),
    ]  # fmt: skip
    assert [p.content.url for p in office.papers(number, "公开回应登记")] == [ADDRESS]  # type: ignore[union-attr]


def sign_by_link(window: Window, number: str) -> None:
    """签收 by the link of the notice: looking changes nothing, the button does, then the link is spent."""
    office, page = window.office, window.stranger()
    address = f"{office.address}/qs/{signer_in(office.desk.data).make(office.case(number))}"
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.get_by_text("停水")).to_have_count(0)
    assert office.case(number).state.value == "交办"
    page.get_by_label("签收人姓名").fill("联络员甲")
    page.get_by_role("button", name="确认签收").click()
    expect(page.get_by_text(f"{number} 已签收")).to_be_visible()
    assert [(p.by, p.unit) for p in office.papers(number, "签收凭据")] == [("联络员甲", "gs")]
    page.goto(address)
    expect(page.get_by_text("此链接不再有效")).to_be_visible()


def fill_answer(page: Page, **more: str) -> None:
    """The 反馈单, by the form."""
    form = page.locator("form", has=page.get_by_role("button", name="提交"))
    form.get_by_label("回应形式").select_option("R2")
    form.get_by_label("核查结论").select_option("属实")
    said = {"title": "关于停水的说明", "text": "主管道破裂，已于6月9日18时恢复供水。", "stance": "向受影响居民致歉", "facts": "主管道破裂"}
    said |= {"policy": "不适用：不涉及政策调整", "outcome": "已恢复供水"} | {f"proof.{key}": text for key, text in PROOF["R2"].items()} | more
    for name, text in said.items():
        form.locator(f"[name='{name}']").fill(text)
    form.get_by_role("button", name="提交").click()


def test_a_refused_answer_keeps_what_was_typed(window: Window) -> None:
    number = window.case(3).number
    window.person("duty").take(number, "交办")
    contact = window.person("contact")
    contact.take(number, "签收")
    page = contact.open(number)
    fill_answer(page, measures="联系发帖人删帖")
    expect(page.get_by_role("alert")).to_contain_text("删帖")
    assert page.get_by_label("公开文本").input_value() == "主管道破裂，已于6月9日18时恢复供水。"
    assert page.get_by_label("措施（一行一条）").input_value() == "联系发帖人删帖"
    assert window.office.papers(number, "反馈单") == []


def vetted(person: Person, number: str) -> None:
    """保密审查 by another contact than who wrote it."""
    page = person.open(number)
    page.get_by_label("保密审查意见").fill("不涉密")
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("通过（保密员甲：不涉密）")).to_be_visible()
    assert [p.by for p in person.office.papers(number, "保密审查")] == ["保密员甲"]


def signed(person: Person, number: str) -> None:
    """签批: the text put up and the button stand within the width of the window."""
    page = person.open(number)
    page.get_by_role("link", name="审签").click()
    text, button = page.get_by_text("已于6月9日18时恢复供水").first, page.get_by_role("button", name="同意")
    for shown in (text, button):
        box, width = shown.bounding_box(), (page.viewport_size or DESKTOP)["width"]
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width, shown
    bar, height = button.bounding_box(), (page.viewport_size or DESKTOP)["height"]
    assert bar is not None
    assert 0 <= bar["y"] <= bar["y"] + bar["height"] <= height
    button.click()
    expect(page.locator("main .state").first).to_have_text("签批")
    assert [(p.by, p.unit) for p in person.office.papers(number, "签批单")] == [(SIGNER, "gs")]


def sent_back(person: Person, number: str) -> None:
    """退回修改 by who would sign, with what is to be changed."""
    page = person.open(number)
    page.get_by_role("link", name="审签").click()
    page.get_by_role("link", name="退回", exact=True).click()  # in the bar, on the first screen
    page.get_by_label("修改意见").fill("请写明停水影响的户数")
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator("main .state").first).to_have_text("核查")
    assert (person.moves(number)[-1].actor, person.moves(number)[-1].why) == (SIGNER, "请写明停水影响的户数")


def test_the_duty_officer_shelves_a_case_with_its_ground(window: Window) -> None:
    number = window.case(1).number
    duty = window.person("duty")
    duty.take(number, "不交办", "个别诉求，已在热线答复", fill=lambda form: form.get_by_label("情形").select_option("仅关注"))
    assert [p.content.ground.value for p in window.office.papers(number, "不交办登记")] == ["仅关注"]  # type: ignore[union-attr]
    duty.take(number, "交办", "又有新帖")


def test_a_unit_sends_back_what_is_not_its_own(window: Window) -> None:
    number = window.case(2).number
    window.person("duty").take(number, "交办")
    contact = window.person("contact")
    form_page = contact.open(number)
    form = contact.form("退回")
    form.get_by_label("应由哪个单位办理").select_option("zjj")
    form.get_by_label("理由").fill("小区内部管网由住建部门负责")
    form.get_by_role("button", name="退回").click()
    expect(form_page.locator("main .state").first).to_have_text("退回")
    assert "小区内部管网由住建部门负责" in contact.moves(number)[-1].why


def head_of_queue(page: Page, office: Served) -> Post:
    """The post that waits first, as the page shows it."""
    title = page.locator("article h2").inner_text()
    return next(p for p in office.desk.ledger.posts([f"q{n}" for n in range(DOUBTFUL * len(WAYS))]) if p.title == title)


def test_the_analyst_labels_with_one_key_and_with_buttons(window: Window) -> None:
    analyst, script = window.person("analyst"), WAYS[window.way][1]
    page, office = analyst.page, window.office
    page.get_by_role("link", name="待研判").click()
    for task, key, value in (("primary", "3", "C3"), ("level", "f", "Ⅳ")):
        post = head_of_queue(page, office)
        if script:
            page.keyboard.press(key)
        else:
            page.locator(f"button[data-key='{key}']").click()
        expect(page.get_by_text(post.title)).to_have_count(0)
        assert (post.id, task, value, "研判员甲") in {(r.post_id, r.task, r.value, r.by) for r in office.desk.ledger.reviews()}


def test_the_administrator_adds_an_account_and_disables_it(window: Window) -> None:
    manager, login = window.person("manager"), f"new-{window.way}"
    page, office = manager.page, window.office
    page.get_by_role("link", name="账号", exact=True).click()
    form = page.locator("form", has=page.get_by_role("button", name="新建"))
    form.get_by_label("登录名").fill(login)
    form.get_by_label("姓名").fill("研判员乙")
    form.get_by_label("单位", exact=True).select_option("qzfb")
    form.get_by_label("研判员", exact=True).check()
    form.get_by_role("button", name="新建").click()
    once = page.locator(".secret").inner_text()
    newcomer = log_in(window.stranger(), office.address, login, once)
    expect(newcomer.get_by_text("一次性口令").first).to_be_visible()
    page.locator(f"tr#{login}").get_by_role("button", name="停用").click()
    expect(page.locator(f"tr#{login}")).to_contain_text("已停用")
    newcomer.goto(f"{office.address}/account")
    expect(newcomer.get_by_role("heading", name="登录")).to_be_visible()
    assert ("系统管理员甲", login) in office.audited("account:add")
    assert ("系统管理员甲", login) in office.audited("account:disable")


def test_the_auditor_reads_the_audit_and_no_case(window: Window) -> None:
    auditor = window.person("auditor")
    page = auditor.page
    page.get_by_role("link", name="审计", exact=True).click()
    expect(page.get_by_text("安全审计员甲").first).to_be_visible()
    newest = window.office.audited("login")[0]
    assert newest[0] == "安全审计员甲"
    page.goto(f"{window.office.address}/cases")
    expect(page.get_by_text("没有这项权限")).to_be_visible()
