"""What a file for `tribute apply` says, read and checked as a whole before anything is done.

The keys: docs/offers.md. Raises BadFile with the path of whatever is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.campaigns.model import ProgramDraft
from app.campaigns.vanity import check_pattern
from app.creators.model import Contact
from app.flows.apply_cells import BadFile, Cell, at, document, needed
from app.flows.apply_crediting import CodePlan, code_plan, crediting, link_terms
from app.flows.apply_offers import OfferPlan, offer, waived_by
from app.flows.apply_pages import PagePlan, page_plan
from app.kernel import words
from app.kernel.currency import exponent
from app.kernel.errors import Invalid
from app.kernel.period import zone
from app.shopify.domain import is_shop_domain
from app.tracking.model import check_channel, check_path, check_slug, fold

WINDOW_DAYS = 30
HOLD_DAYS = 30

T = TypeVar("T")


@dataclass(frozen=True)
class ProgramPlan:
    """A program and its versions, earliest first."""

    path: str
    draft: ProgramDraft
    offers: tuple[OfferPlan, ...]


@dataclass(frozen=True)
class LinkPlan:
    """A link of a creator."""

    path: str
    slug: str
    to_path: str
    channel: str


@dataclass(frozen=True)
class CreatorPlan:
    """A creator in one program, with what they carry there."""

    path: str
    handle: str
    contact: Contact
    program: str | None
    since: datetime | None
    """From when on they are in it, when they come from another one; None: from now on."""
    recruiter: str | None
    """Handle of who recruited them into the program."""
    codes: tuple[CodePlan, ...]
    links: tuple[LinkPlan, ...]
    page: PagePlan | None
    """None: the file does not say, and what stands stays."""


@dataclass(frozen=True)
class Plan:
    """The whole file."""

    shop: str
    currency: str
    timezone: str
    installed_at: datetime | None
    programs: tuple[ProgramPlan, ...]
    creators: tuple[CreatorPlan, ...]

    @property
    def earliest_offer(self) -> datetime | None:
        """When the first of the file's offers takes effect."""
        return min((o.effective_from for p in self.programs for o in p.offers), default=None)


def read(raw: bytes) -> Plan:
    """The plan that a file holds."""
    root = document(raw)
    top = root.fields("shop", "currency", "timezone", "installed_at", "notice", "programs", "creators")
    needed(root, top, "shop", "currency", "timezone")
    timezone = top["timezone"].text(lambda text: str(zone(text)))
    reader = _Reader(timezone, top["currency"].text(_currency))
    waived = waived_by(top, inherited=False)
    programs = tuple(reader.program(cell, waived=waived) for cell in _list(top, "programs"))
    creators = tuple(reader.creator(cell) for cell in _list(top, "creators"))
    _refuse_twins(programs, creators)
    return Plan(
        shop=top["shop"].text(_shop),
        currency=reader.currency,
        timezone=timezone,
        installed_at=top["installed_at"].instant(timezone) if "installed_at" in top else None,
        programs=programs,
        creators=creators,
    )


def _currency(text: str) -> str:
    exponent(text)
    return text


def _shop(text: str) -> str:
    if not is_shop_domain(text):
        raise Invalid(f"{text[:80]!r} is not a shop's permanent domain such as lumen.myshopify.com.")
    return text


def _list(fields: Mapping[str, Cell], key: str) -> list[Cell]:
    return fields[key].items() if key in fields else []


@dataclass(frozen=True)
class _Reader:
    """What every part of the file must know of the shop."""

    timezone: str
    currency: str

    def program(self, cell: Cell, *, waived: bool) -> ProgramPlan:
        fields = cell.fields(
            "handle",
            "name",
            "code_pattern",
            "window_days",
            "hold_days",
            "attribution",
            "links",
            "notice",
            "offer",
            "offers",
        )
        needed(cell, fields, "handle")
        handle = fields["handle"].text(words.handle)
        window = fields["window_days"].whole() if "window_days" in fields else WINDOW_DAYS
        hold = fields["hold_days"].whole() if "hold_days" in fields else HOLD_DAYS
        name = fields["name"].text(words.line) if "name" in fields else handle.capitalize()
        pattern = fields["code_pattern"].text(check_pattern) if "code_pattern" in fields else None
        with at(cell.path):
            credit = crediting(fields.get("attribution"), window)
            links = link_terms(fields.get("links"))
            draft = ProgramDraft(handle, name, window, hold, credit, links, pattern)
        waived = waived_by(fields, inherited=waived)
        cells = [fields["offer"]] if "offer" in fields else []
        offers = [
            offer(c, timezone=self.timezone, currency=self.currency, hold_days=hold, waived=waived)
            for c in [*cells, *_list(fields, "offers")]
        ]
        return ProgramPlan(cell.path, draft, tuple(sorted(offers, key=lambda o: o.effective_from)))

    def creator(self, cell: Cell) -> CreatorPlan:
        fields = cell.fields(
            "handle", "name", "email", "program", "since", "recruiter", "codes", "links", "page"
        )
        needed(cell, fields, "handle")
        handle = fields["handle"].text(words.handle)
        has_email = "email" in fields and fields["email"].value is not None
        plan = CreatorPlan(
            path=cell.path,
            handle=handle,
            contact=Contact(
                name=fields["name"].text(words.line) if "name" in fields else handle,
                email=fields["email"].text(words.email) if has_email else None,
                profile={},
            ),
            program=fields["program"].text(words.handle) if "program" in fields else None,
            since=fields["since"].instant(self.timezone) if "since" in fields else None,
            recruiter=fields["recruiter"].text(words.handle) if "recruiter" in fields else None,
            codes=tuple(code_plan(c) for c in _list(fields, "codes")),
            links=tuple(self.link(c) for c in _list(fields, "links")),
            page=page_plan(fields["page"], handle) if "page" in fields else None,
        )
        if plan.program is None and (plan.codes or plan.links):
            raise BadFile(f"{cell.path}.program", "It is missing; codes and links belong to a program.")
        if plan.program is None and plan.since is not None:
            raise BadFile(f"{cell.path}.program", "It is missing; `since` says from when they are in it.")
        return plan

    def link(self, cell: Cell) -> LinkPlan:
        fields = cell.fields("slug", "to", "channel")
        needed(cell, fields, "slug", "to", "channel")
        return LinkPlan(
            path=cell.path,
            slug=fields["slug"].text(check_slug),
            to_path=fields["to"].text(check_path),
            channel=fields["channel"].text(check_channel),
        )


def _refuse_twins(programs: tuple[ProgramPlan, ...], creators: tuple[CreatorPlan, ...]) -> None:
    """What stands in the file twice would be changed back and forth by every run."""
    handles: dict[str, str] = {}
    for program in programs:
        _once(handles, program.draft.handle, f"{program.path}.handle")
        dates: dict[datetime, str] = {}
        for version in program.offers:
            _once(dates, version.effective_from, f"{version.path}.effective_from")
    places: dict[tuple[str, str | None], str] = {}
    known: dict[str, CreatorPlan] = {}
    codes: dict[str, str] = {}
    slugs: dict[str, str] = {}
    pages: dict[str, str] = {}
    for creator in creators:
        _once(places, (creator.handle, creator.program), f"{creator.path}.handle")
        first = known.setdefault(creator.handle, creator)
        if first.contact != creator.contact:
            raise BadFile(f"{creator.path}.name", f"It differs from {first.path}, which is the same creator.")
        if creator.page is not None:
            _once(pages, creator.handle, creator.page.path)
        for code in creator.codes:
            _once(codes, fold(code.code), code.path)
        for link in creator.links:
            _once(slugs, link.slug, f"{link.path}.slug")


def _once(seen: dict[T, str], key: T, path: str) -> None:
    if key in seen:
        raise BadFile(path, f"It says the same as {seen[key]}.")
    seen[key] = path
