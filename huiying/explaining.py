"""Why one case, or one post, was judged as it was: out of the ledger."""

from typing import Any

from huiying import case_verbs
from huiying.jsonl import as_json
from huiying.office import Desk
from monitor.canonical import canonical_url
from records.post import Post, post_id


def explain_id(desk: Desk, what: str) -> dict[str, Any]:
    """The case of a number, else the post of an id or address, with every reason. Raises: LookupError saying what was looked for."""
    if desk.ledger.case(what) is not None:
        shown = case_verbs.show(desk, what)
        return shown | {"judged": [_judged(desk, p) for p in desk.ledger.posts([one["id"] for one in shown["posts"]])]}
    found = desk.ledger.posts([what, post_id(canonical_url(what))])
    if not found:
        raise LookupError(f"没有编号、帖文或网址 {what}")
    return _judged(desk, found[0])


def _judged(desk: Desk, post: Post) -> dict[str, Any]:
    about = {"id": post.id, "title": post.title, "url": post.url, "source": post.source_id}
    found = desk.ledger.assessments([post.id]).get(post.id)
    return about | (as_json(found) if found else {"reasons": [], "note": "尚未研判"})
