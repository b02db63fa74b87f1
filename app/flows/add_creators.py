"""Take in many creators at once: lines of a spreadsheet, each a person, in one program, each with a code."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from app.campaigns import store as campaigns
from app.campaigns.model import Program
from app.campaigns.vanity import Bearer, forms
from app.creators import store as creators
from app.creators.enroll import enroll_all
from app.creators.invite import Pseudonym, invite_all
from app.creators.model import Contact, Creator, Enrollment, HandleTaken
from app.db.session import ShopSession
from app.flows import derive_awards, issue_code, reevaluate
from app.flows.code_terms import terms_of
from app.flows.desk import Desk
from app.flows.keep_creators import ShopErased
from app.flows.pasted import Fault, Faulty, Line, lines
from app.kernel import words
from app.kernel.errors import Invalid
from app.kernel.ids import CreatorId
from app.shops import store as shops
from app.shops.pseudonym import pseudonym
from app.tracking import store as tracking
from app.tracking.add_code import add_codes
from app.tracking.model import CodeDraft, CodeTaken, check_code, fold

COLUMNS = ("name", "email", "code", "handle")
LARGEST = 900_000
"""Characters of a file."""


@dataclass(frozen=True)
class Person:
    """A creator as a line says it."""

    line: int
    handle: str
    contact: Contact
    code: str | None
    """None: one is made by the program's pattern."""


@dataclass(frozen=True)
class Added:
    """What became of the lines: all are taken, or none."""

    taken: int
    known: int
    """Who were in the program already, as the line says; nothing was done about them."""


def read(text: str) -> list[Person]:
    """The people of a text: name, e-mail, code, handle. Raises Invalid, and Faulty with every bad line."""
    people: list[Person] = []
    faults: list[Fault] = []
    for line in lines(text, COLUMNS, largest=LARGEST, example="Ida Berg,ida@example.com,IDA10"):
        try:
            people.append(_person(line))
        except Invalid as refused:
            faults.append(Fault(line.number, str(refused)))
    faults += _twins(people)
    if faults:
        raise Faulty(tuple(sorted(faults, key=lambda fault: fault.line)))
    return people


def _person(line: Line) -> Person:
    cells = line.cells
    if "name" not in cells and "handle" not in cells:
        raise Invalid("The name is missing.")
    name = words.line(cells.get("name", cells.get("handle", "")))
    handle = cells.get("handle", "").lower() or words.handle_of(name)
    if not handle:
        raise Invalid(f"No handle can be made of {name[:80]!r}; write one into a column `handle`.")
    return Person(
        line.number,
        words.handle(handle),
        Contact(name, words.email(cells["email"]) if "email" in cells else None, {}),
        check_code(cells["code"]) if "code" in cells else None,
    )


def _twins(people: Sequence[Person]) -> Iterator[Fault]:
    """Lines that say what an earlier line says."""
    handles: dict[str, int] = {}
    codes: dict[str, int] = {}
    for one in people:
        first = handles.setdefault(one.handle, one.line)
        if first != one.line:
            yield Fault(
                one.line, f"The handle {one.handle!r} stands in line {first}, too; give this one another."
            )
        first = codes.setdefault(fold(one.code), one.line) if one.code else one.line
        if first != one.line:
            yield Fault(one.line, f"The code {one.code!r} stands in line {first}, too.")


@dataclass(frozen=True)
class Standing:
    """What the shop has, read once."""

    creators: Mapping[str, Creator]
    """By handle."""
    joined: Mapping[CreatorId, Enrollment]
    """In the program, by creator id."""
    codes: Mapping[str, str]
    """Handle of who has it, by folded code."""

    def fault(self, one: Person) -> str | None:
        """Why the line cannot be taken."""
        held, email = self.creators.get(one.handle), one.contact.email
        if held is not None and email is not None and email.lower() != (held.contact.email or "").lower():
            return str(HandleTaken(one.handle))
        if held is not None and held.archived_at is not None:
            return f"{one.handle!r} is archived; restore them first."
        owner = self.codes.get(fold(one.code)) if one.code else None
        if one.code and owner is not None and owner != one.handle:
            return str(CodeTaken(one.code, owner))
        return None

    def has(self, one: Person) -> bool:
        """Whether they are in the program, with the code if the line names one."""
        held = self.creators.get(one.handle)
        joined = held is not None and held.id in self.joined
        return joined and (one.code is None or fold(one.code) in self.codes)


def add_creators(
    session: ShopSession, desk: Desk, people: Sequence[Person], *, program: str, actor: str, now: datetime
) -> Added:
    """Add the creators, enroll them and give them their codes; Shopify hears of all of them right after.

    Who is there already stays as they are, and joins the program: a longer list can be sent again. Raises
    Faulty with every line that cannot be taken, NotFound, ShopErased; then nothing has happened.
    """
    found = campaigns.program(session, program)
    shop = shops.contexts_by_id(session, [session.shop_id])[session.shop_id]
    key = desk.shop_key(shop)
    if key is None:
        raise ShopErased(shop.domain)
    standing = _standing(session, found)
    faults = [Fault(one.line, why) for one in people if (why := standing.fault(one)) is not None]
    if faults:
        raise Faulty(tuple(faults))
    lacking = [one for one in people if not standing.has(one)]
    adding = _Adding(session, found, standing, actor, now)
    codes = adding.all_of(lacking, lambda email: pseudonym(key, "email", email), live=shop.offline)
    if lacking:
        derive_awards.request(session, desk.queue, shop.id)
    if codes:
        reevaluate.request(session, desk.queue, placed_from=None, codes=sorted(codes))
    if codes and not shop.offline:
        issue_code.request(session, desk.queue, found.id)
    return Added(len(lacking), len(people) - len(lacking))


def _standing(session: ShopSession, program: Program) -> Standing:
    people = {c.handle: c for c in creators.every_creator(session)}
    enrollments = creators.every_enrollment(session)
    handles = {c.id: c.handle for c in people.values()}
    owners = {int(e.id): handles[e.creator_id] for e in enrollments}
    joined = {e.creator_id: e for e in enrollments if e.program_id == program.id}
    codes = {folded: owners[number] for folded, number in tracking.holders(session).items()}
    return Standing(people, joined, codes)


@dataclass(frozen=True)
class _Adding:
    session: ShopSession
    program: Program
    standing: Standing
    actor: str
    now: datetime

    def all_of(self, new: Sequence[Person], pseudonym: Pseudonym, *, live: bool) -> Collection[str]:
        """All of them, with their codes. The folded codes."""
        session, program, actor, now = self.session, self.program, self.actor, self.now
        contacts = {one.handle: one.contact for one in new if one.handle not in self.standing.creators}
        made = invite_all(session, contacts, pseudonym=pseudonym, actor=actor, now=now)
        known = {**self.standing.creators, **made}
        joining = [known[one.handle] for one in new if known[one.handle].id not in self.standing.joined]
        places = enroll_all(
            session, joining, program_id=program.id, program=program.handle, actor=actor, now=now
        )
        joined = {**self.standing.joined, **places}
        codes = self._codes(
            [one for one in new if one.code is None], {fold(one.code) for one in new if one.code}
        )
        drafts = [
            CodeDraft(joined[known[one.handle].id].id, code, creator=one.handle, program=program.handle)
            for one in new
            if fold(code := one.code or codes[one.handle]) not in self.standing.codes
        ]
        return add_codes(session, drafts, live=live, actor=actor, now=now)

    def _codes(self, new: Sequence[Person], given: Collection[str]) -> dict[str, str]:
        """For each handle the best code of the program's pattern that neither the shop nor the list has."""
        terms = terms_of(self.session, self.program.id, self.now)
        taken = {*self.standing.codes, *given}
        alike: dict[str, Iterator[str]] = {}
        codes = {}
        for one in new:
            percent = terms.percent if terms else None
            possible = forms(
                self.program.code_pattern, Bearer(one.contact.name, one.handle, self.program.handle, percent)
            )
            first = next(possible)
            # Two of one name share what is left of it: the tenth is not tried again for the eleventh.
            left = alike.setdefault(first, chain([first], possible))
            codes[one.handle] = next(code for code in left if fold(code) not in taken)
            taken.add(fold(codes[one.handle]))
        return codes
