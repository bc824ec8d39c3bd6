"""A desk on a fresh SQLite ledger with the shipped settings, one mail channel on, and one case waiting in 预警提示."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from huiying import case_papers, case_verbs
from huiying.office import Desk, open_desk
from huiying.settings import Settings
from records.case import Case
from records.channel import ChannelConfig, ChannelKind, Detail
from records.unit import Capacity, Contact, Signer
from tests.makers import NOW, PAGE, STATE, a_case, a_post, an_answer, an_assessment, an_event, opening

DOMAIN = "tinghu.example"
SIGNER = "分管负责人甲"


def with_mail(settings: Settings) -> Settings:
    """Every unit has a mailbox; mail is on and may only go to DOMAIN."""
    mail = ChannelConfig(
        id="mail", kind=ChannelKind.SMTP, enabled=True, detail=Detail.FULL, host="127.0.0.1", port=9, sender=f"yuqing@{DOMAIN}"
    )
    signers = (Signer(name=SIGNER, capacity=Capacity.DEPUTY),)
    units = tuple(
        replace(u, channels=("mail",), contacts=(Contact(role="联络员", email=f"{u.id}@{DOMAIN}"),), signers=signers)
        for u in settings.units.units
    )
    office = replace(
        settings.office, channel=(mail,), allowed_mail_domains=(DOMAIN,), digest_to=(f"yanpan@{DOMAIN}",), digest_leaders=(f"ld@{DOMAIN}",)
    )
    return replace(settings, office=office, units=replace(settings.units, units=units))


@contextmanager
def desk_in(folder: Path, settings: Settings, now: Callable[[], datetime] = lambda: NOW) -> Iterator[Desk]:
    """The desk."""
    with open_desk(with_mail(settings), folder, now) as desk:
        yield desk


def waiting_case(desk: Desk, name: str = "1") -> Case:
    """A case in 预警提示, with its post, event and evidence on record."""
    post, event = f"p{name}", f"e{name}"
    desk.ledger.add_collected([a_post(post)], [PAGE], STATE)
    desk.ledger.add_assessments([an_assessment(post)])
    desk.ledger.save_events([an_event(event, (post,))])
    case = a_case(event)
    return desk.ledger.open_case(case, opening(case), lambda c: [], [post], desk.settings.office.case_number_format, NOW)


def take(desk: Desk, number: str, *states: str, joint: bool = True) -> Case:
    """The case moved through `states` by the right people, with the papers each move needs."""
    case = case_verbs.find(desk, number)
    for state in states:
        if state == "反馈":
            for unit in case.routing.joint if joint else ():
                case_papers.file_answer(desk, number, an_answer(), by="协办联络员", unit=unit)
            case_papers.file_answer(desk, number, an_answer(), by="联络员")
        if state == "签批":
            case_papers.vet(desk, number, passed=True, by="保密员", why="不涉密")
        by = {"签批": SIGNER, "交办": "值班员"}.get(state, "联络员")
        details = case_verbs.Details(channel="区政府网站", url="http://www.tinghu.example/1.html") if state == "公开回应" else case_verbs.NOTHING_MORE
        case = case_verbs.move(desk, number, state, by=by, why="按流程办理", details=details)
    return case
