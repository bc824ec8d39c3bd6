"""What every page asks first: who is it, may they, and is the form their own. One call a route."""

from collections.abc import Mapping

from fastapi import Request
from starlette.datastructures import FormData

from records.account import Permission
from records.case import Case
from responders.case_file import CaseFile
from workbench.access import ROUTES, sees
from workbench.actions import Actions
from workbench.door import ForbiddenError, HiddenError, Visitor, check_token, visitor

LONGEST = 20_000  # characters of a field
MOST_FIELDS = 100


def asked(request: Request, actions: Actions) -> Visitor:
    """Who asks, with the permission the route's row of the table wants. Raises: NotLoggedInError; ForbiddenError."""
    found = visitor(request, actions)
    wanted = ROUTES[request.method, request.scope["route"].path]
    if found.user.must_change and request.scope["path"] not in ("/account", "/account/password", "/logout"):
        raise ForbiddenError("请先到“我的账号”修改一次性口令")
    if isinstance(wanted, Permission) and not found.may(wanted):
        raise ForbiddenError("您的账号没有这项权限")
    return found


async def posted(request: Request, who: Visitor) -> Mapping[str, str]:
    """The fields of a form that carries the session's token; texts only, each bounded. Raises: ForbiddenError."""
    fields = await sent(request)
    check_token(who.session.csrf, fields.get("csrf", ""))
    return fields


async def sent(request: Request) -> dict[str, str]:
    """The text fields of a form. A form with a file in it, or with more fields than any page has, is refused with 400."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return texts(form)


def texts(form: FormData) -> dict[str, str]:
    """The text fields, with U+FFFD for NUL, which PostgreSQL stores in no text: dropped, it would make another text of what was sent."""
    return {name: value[:LONGEST].replace("\0", "\ufffd").strip() for name, value in form.multi_items() if isinstance(value, str)}


def case_of(actions: Actions, who: Visitor, number: str) -> CaseFile:
    """The case's file. Raises: HiddenError for an unknown case and for one the account may not see: nobody learns which."""
    file = actions.file(number)
    if file is None or not sees(who.user, file.case, actions.units):
        raise HiddenError
    return file


def seen(actions: Actions, who: Visitor) -> list[Case]:
    """The cases the account may see, by number."""
    return [case for case in actions.cases() if sees(who.user, case, actions.units)]


def concealed(actions: Actions, who: Visitor) -> frozenset[str]:
    """Ids of the posts behind cases whose content the account may not see anywhere: 检举控告, in search and in the queue too."""
    events = (actions.event(case.event_id) for case in actions.cases() if not sees(who.user, case, actions.units))
    return frozenset(post for event in events if event is not None for post in event.post_ids)
