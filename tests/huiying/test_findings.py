"""What check says of a config that is legal: each finding when it should, not otherwise; errors first."""

from dataclasses import replace
from datetime import date

import pytest

from huiying.config_findings import Finding, check_settings
from huiying.settings import Settings
from records.channel import ChannelConfig, ChannelKind, Detail
from records.language_model import LanguageModel
from records.source import Source
from records.unit import Capacity, Signer

TODAY = date(2018, 6, 8)
MAIL = ChannelConfig(id="mail", kind=ChannelKind.SMTP, enabled=True, detail=Detail.FULL)
ASKED = LanguageModel(enabled=True, url="http://10.1.2.3:8000", model="local")
WECOM = ChannelConfig(id="wecom", kind=ChannelKind.WECOM, enabled=True, public=True)


def office(settings: Settings, **more: object) -> Settings:
    return replace(settings, office=replace(settings.office, **more))  # type: ignore[arg-type]


def source(settings: Settings, **more: object) -> Settings:
    one: Source = replace(settings.sources[0], enabled=True, impact_note="已评估", verified="2018-06-01", **more)  # type: ignore[arg-type]
    return replace(settings, sources=(one,))


def said(settings: Settings, *, demo: bool = False) -> list[str]:
    return [f"{f.severity} {f.where} {f.message}" for f in check_settings(settings, TODAY, demo=demo)]


def has(lines: list[str], *words: str) -> bool:
    return any(all(word in line for word in words) for line in lines)


@pytest.mark.parametrize(
    ("change", "words", "found"),
    [
        ({"channel": (MAIL,)}, ("error", "channel mail", "public_url"), True),
        ({"channel": (MAIL,), "public_url": "http://10.1.1.1:8700"}, ("channel mail",), False),
        ({"channel": (MAIL,)}, ("error", "allowed_mail_domains"), True),
        ({"language_model": LanguageModel(url="https://llm.example")}, ("language_model",), False),
        ({"language_model": replace(ASKED, url="https://llm.example")}, ("error", "language_model", "批准文号"), True),
        ({"language_model": replace(ASKED, url="http://llm.example", approval="1号")}, ("error", "language_model", "https"), True),
        ({"language_model": replace(ASKED, url="https://llm.example", approval="1号")}, ("warning", "language_model", "批准文号 1号"), True),
        ({"language_model": ASKED}, ("language_model",), False),
        ({"language_model": replace(ASKED, model="")}, ("error", "language_model", "缺地址或模型名"), True),
        ({"language_model": replace(ASKED, timeout=0.0)}, ("error", "language_model.timeout"), True),
        ({"language_model": replace(ASKED, timeout=601.0)}, ("error", "language_model.timeout"), True),
        ({"channel": (MAIL,), "allowed_mail_domains": ("a.example",)}, ("allowed_mail_domains",), False),
        ({"channel": (replace(MAIL, enabled=False),)}, ("channel mail",), False),
        ({"channel": (replace(WECOM, detail=Detail.FULL),)}, ("error", "wecom", "minimal"), True),
        ({"channel": (WECOM,)}, ("error", "wecom", "minimal"), False),
        ({"auto_dispatch": ("Ⅳ",)}, ("error", "auto_dispatch", "批准文号"), True),
        ({"auto_dispatch": ("Ⅳ",), "auto_dispatch_approval": "亭政办〔2018〕1号"}, ("auto_dispatch",), False),
    ],
)
def test_of_the_office(settings: Settings, change: dict[str, object], words: tuple[str, ...], found: bool) -> None:
    assert has(said(office(settings, **change)), *words) is found


def test_the_demo_may_stand_on_loopback(settings: Settings) -> None:
    changed = office(settings, channel=(MAIL,), allowed_mail_domains=("a.example",))
    assert has(said(changed), "public_url")
    assert not has(said(changed, demo=True), "public_url")


@pytest.mark.parametrize(
    ("change", "words", "found"),
    [
        ({}, ("source",), False),
        ({"verified": ""}, ("warning", "未经人工核实"), True),
        ({"robots_until": date(2018, 6, 7)}, ("warning", "恢复遵守 robots.txt"), True),
        ({"robots_until": TODAY}, ("恢复遵守 robots.txt",), False),
    ],
)
def test_of_a_source(settings: Settings, change: dict[str, object], words: tuple[str, ...], found: bool) -> None:
    assert has(said(source(settings, **change) if "verified" not in change else _unverified(settings)), *words) is found


def _unverified(settings: Settings) -> Settings:
    one = source(settings).sources[0]
    return replace(settings, sources=(replace(one, verified=""),))


def test_a_source_without_its_assessment_is_an_error(settings: Settings) -> None:
    one = replace(source(settings).sources[0], impact_note="")
    assert has(said(replace(settings, sources=(one,))), "error", "impact_note", "第十八条")


def test_no_source_at_all_is_said(settings: Settings) -> None:
    assert has(said(settings), "warning sources", "未监测到不等于没有")
    assert not has(said(source(settings)), "未监测到不等于没有")


def test_a_draft_standard_and_missing_years_are_said(settings: Settings) -> None:
    lines = said(settings)
    assert has(lines, "standard", "尚未批准")
    assert has(lines, "holidays", "2019年")
    assert not has(lines, "holidays", "2018年")
    approved = replace(settings, standard=replace(settings.standard, approved=True))
    assert not has(said(approved), "尚未批准")


def test_errors_come_first(settings: Settings) -> None:
    found = check_settings(office(settings, channel=(MAIL,)), TODAY)
    severities = [f.severity for f in found]
    assert severities == sorted(severities)
    assert severities[0] == "error"
    assert isinstance(found[0], Finding)


def _signed(settings: Settings, *signers: Signer) -> Settings:
    units = tuple(replace(u, signers=signers) for u in settings.units.units)
    return replace(settings, units=replace(settings.units, units=units))


HEAD = Signer(name="主要负责人", capacity=Capacity.HEAD)


def test_units_without_a_signer_are_counted(settings: Settings) -> None:
    assert has(said(_signed(settings)), "没有登记签批人", "呈批件扫描件")
    assert not has(said(_signed(settings, HEAD)), "没有登记签批人")


def test_a_deputys_time_that_has_run_out_is_said(settings: Settings) -> None:
    def deputy(last: date) -> list[str]:
        return said(_signed(settings, HEAD, Signer(name="副职", capacity=Capacity.DEPUTY, deputises="主要负责人", until=last)))

    assert has(deputy(date(2001, 1, 1)), "副职代主要负责人签批的授权已于2001-01-01到期")
    assert not has(deputy(date(2099, 1, 1)), "到期", "副职")
