"""The workbench a request is for: its office, its link signer, its templates."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Request

from workbench.actions import Actions
from workbench.receipt_links import LinkSigner
from workbench.rendering import Pages


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """What the pages are built from."""

    actions: Actions
    links: LinkSigner
    pages: Pages = field(default_factory=Pages)

    @property
    def secure(self) -> bool:
        """True when people reach it over https."""
        return urlsplit(self.actions.public_url).scheme == "https"


def bench(request: Request) -> Workbench:
    """The workbench a request is for."""
    found: Workbench = request.app.state.workbench
    return found
