"""Dead letters of one office: the alarm queued once a letter, the list for a person, and sending one again."""

from huiying.office import Desk
from ledger.outbox import OutboxShelf, Tried
from records.notice import NoticeKind
from responders.dead_letters import Alarming, compose_alarms, untold


class UnknownLetterError(ValueError):
    """No dead letter of that number."""


def tell_dead(desk: Desk) -> int:
    """Queues the alarm of every dead letter nobody has been told of; how many notices."""
    letters = [(one.notice, one.delivery) for one in OutboxShelf(desk.ledger.engine).dead()]
    fresh = untold(letters, desk.ledger.notice_keys(NoticeKind.ALARM))
    if not fresh:
        return 0
    office = desk.settings.office
    mail = next((c.sender for c in desk.settings.channels if c.enabled and c.sender), "")
    by = Alarming(
        channels=desk.settings.channels, address=next(iter(office.digest_to), mail), office_name=office.name, now=desk.now(),
        new_id=desk.new_id,
    )  # fmt: skip
    return desk.ledger.add_notices(compose_alarms(fresh, by))


def dead_letters(desk: Desk) -> list[Tried]:
    """The dead letters, oldest first."""
    return OutboxShelf(desk.ledger.engine).dead()


def retry(desk: Desk, letter_id: str, *, by: str, why: str) -> bool:
    """The letter goes out again with its old key; False when somebody had sent it again. Raises: UnknownLetterError."""
    shelf = OutboxShelf(desk.ledger.engine)
    found = next((one.notice for one in shelf.dead() if one.notice.id == letter_id), None)
    if found is None:
        raise UnknownLetterError(f"{letter_id}: 不在未送达的通知之中（huiying notices --dead 列出）")
    return shelf.requeue(found, by, why, desk.now())
