"""What is legal in the config but wrong or unfinished, for `huiying check`. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from huiying.settings import Settings
from records.instant import in_words
from records.roster import DutyPost
from responders.channels.language_model import is_private, refusal
from responders.roster import gaps

LONGEST_TIMEOUT = 600.0  # seconds a person waits for a draft
_LOOPBACK = re.compile(r"https?://(127\.|localhost|\[::1\])")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know. `severity` is "error" (a start is refused) or "warning"."""

    severity: str
    where: str
    message: str


def check_settings(settings: Settings, today: date, *, demo: bool = False) -> list[Finding]:
    """What is legal but wrong or unfinished, errors first."""
    found = [
        *_channels(settings, demo),
        *_auto_dispatch(settings),
        *_language_model(settings),
        *_sources(settings, today),
        *_standard(settings),
        *_holidays(settings, today),
        *_units(settings),
        *_signers(settings, today),
        *_roster(settings, today),
    ]
    return sorted(found, key=lambda f: f.severity)


def _channels(settings: Settings, demo: bool) -> Iterator[Finding]:
    on = [c for c in settings.channels if c.enabled]
    if on and not demo and _LOOPBACK.match(settings.office.public_url):
        for one in on:
            yield Finding("error", f"channel {one.id}", "通道已启用，而 public_url 仍是本机地址：收件人打不开链接")
    for one in on:
        if one.public and one.detail.value == "full":
            yield Finding("error", f"channel {one.id}", "公有云通道只能用 detail = minimal：正文不得进公网群")
    if any(c.kind.value == "smtp" for c in on) and not settings.office.allowed_mail_domains:
        yield Finding("error", "allowed_mail_domains", "邮件通道已启用，而允许的收件域名为空：一封也发不出")


def _auto_dispatch(settings: Settings) -> Iterator[Finding]:
    if settings.office.auto_dispatch and not settings.office.auto_dispatch_approval:
        yield Finding("error", "auto_dispatch", "自动交办须填写批准文号 auto_dispatch_approval")


def _language_model(settings: Settings) -> Iterator[Finding]:
    """An endpoint that is on but may not be asked (design decision 10); one outside the office's network is named."""
    model = settings.office.language_model
    if not model.enabled:
        return
    if why := refusal(model):
        yield Finding("error", "language_model", why)
    elif not is_private(model.url):
        yield Finding("warning", "language_model", f"语言模型在本单位网络以外（批准文号 {model.approval}）：草稿和帖文脱敏后会发出")
    if not 0 < model.timeout <= LONGEST_TIMEOUT:
        yield Finding("error", "language_model.timeout", f"应大于0、不超过{LONGEST_TIMEOUT:g}秒")


def _sources(settings: Settings, today: date) -> Iterator[Finding]:
    for one in (s for s in settings.sources if s.enabled):
        if not one.impact_note:
            yield Finding("error", f"source {one.id}", "启用的信息源须有影响评估 impact_note（网络数据安全管理条例第十八条）")
        if not one.verified:
            yield Finding("warning", f"source {one.id}", "网址未经人工核实")
        if one.robots_until and one.robots_until < today:
            yield Finding("warning", f"source {one.id}", f"robots 许可已于{one.robots_until}到期：恢复遵守 robots.txt")
    if not any(s.enabled for s in settings.sources):
        yield Finding("warning", "sources", "没有启用任何信息源：未监测到不等于没有")


def _standard(settings: Settings) -> Iterator[Finding]:
    if not settings.standard.approved:
        yield Finding("warning", "standard", "监测标准尚未批准（approved = false）")


def _holidays(settings: Settings, today: date) -> Iterator[Finding]:
    for year in (today.year, today.year + 1):
        if year not in settings.holidays.years:
            yield Finding("warning", "holidays", f"{year}年放假安排缺失：工作日按周一至周五估算，请补充")


def _units(settings: Settings) -> Iterator[Finding]:
    for one in settings.units.units:
        if not one.reachable:
            yield Finding("warning", f"unit {one.id}", f"{one.name}没有联系人或通道：其事项先送区政府办")


def _signers(settings: Settings, today: date) -> Iterator[Finding]:
    """Without a signer answers of the unit can only be signed on paper; a deputy's time runs out."""
    none = [u.name for u in settings.units.units if not u.signers]
    if none:
        yield Finding("warning", "units signers", f"{len(none)}个单位没有登记签批人（如{none[0]}）：其回应只能凭呈批件扫描件签批")
    for one in settings.units.units:
        for signer in (s for s in one.signers if s.until is not None and s.until < today):
            yield Finding("warning", f"unit {one.id}", f"{signer.name}代{signer.deputises}签批的授权已于{signer.until}到期")
def _roster(settings: Settings, today: date) -> Iterator[Finding]:
    """Hours of the coming seven days in which nobody holds a post that the roster fills at all."""
    span = (datetime.combine(today, time()), datetime.combine(today + timedelta(days=7), time()))
    kept = dict.fromkeys((s.unit, s.post) for s in settings.roster.shifts if s.post is not DutyPost.SIGNER)
    for unit, post in kept:
        for begins, ends in gaps(settings.roster, post, unit, span, settings.holidays):
            where = f"roster {unit or settings.units.office} {post}"
            yield Finding("warning", where, f"{in_words(begins)}至{in_words(ends)}无人值班：按单位联系人通知")
