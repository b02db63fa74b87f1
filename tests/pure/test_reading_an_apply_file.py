import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.campaigns.model import RuleSpec
from app.flows.apply_cells import BadFile
from app.flows.apply_plan import Plan, read

PERCENT = {"kind": "percent", "rate": "0.12"}


def a_file(**changes: Any) -> dict[str, Any]:
    """The file of the contract, with some of it replaced."""
    file: dict[str, Any] = {
        "shop": "lumen.myshopify.com",
        "currency": "EUR",
        "timezone": "Europe/Amsterdam",
        "programs": [a_program()],
        "creators": [a_creator()],
    }
    return {**file, **changes}


def a_program(**changes: Any) -> dict[str, Any]:
    return {"handle": "main", "window_days": 30, "hold_days": 30, "offer": an_offer(), **changes}


def an_offer(**changes: Any) -> dict[str, Any]:
    return {"effective_from": "2026-01-01", "discount": {"percent": "10"}, "rules": [PERCENT], **changes}


def a_creator(**changes: Any) -> dict[str, Any]:
    creator = {
        "handle": "mara",
        "name": "Mara Lind",
        "email": "mara@example.com",
        "program": "main",
        "codes": ["MARA10"],
        "links": [{"slug": "mara", "to": "/products/serum", "channel": "instagram"}],
    }
    return {**creator, **changes}


def plan(file: Any) -> Plan:
    return read(json.dumps(file).encode())


def refusal(file: Any) -> BadFile:
    with pytest.raises(BadFile) as refused:
        plan(file)
    return refused.value


def the_rule(rule: Any, currency: str = "EUR") -> RuleSpec:
    program = a_program(offer=an_offer(rules=[rule]))
    return plan(a_file(currency=currency, programs=[program])).programs[0].offers[0].terms.rules[0]


def test_the_file_of_the_contract_is_read_whole() -> None:
    read_ = plan(a_file())
    (program,), (creator,) = read_.programs, read_.creators
    (offer,) = program.offers
    assert (read_.shop, read_.currency, read_.timezone, read_.installed_at) == (
        "lumen.myshopify.com",
        "EUR",
        "Europe/Amsterdam",
        None,
    )
    assert (program.draft.handle, program.draft.window_days, program.draft.hold_days) == ("main", 30, 30)
    assert offer.terms.discount.percent == Decimal(10)
    assert offer.terms.rules == (RuleSpec("percent", {"rate": "0.12"}),)
    assert (creator.handle, creator.contact.name, creator.contact.email) == (
        "mara",
        "Mara Lind",
        "mara@example.com",
    )
    assert [planned.code for planned in creator.codes] == ["MARA10"]
    assert (creator.links[0].slug, creator.links[0].to_path) == ("mara", "/products/serum")


def test_a_date_begins_at_midnight_in_the_shops_zone() -> None:
    (offer,) = plan(a_file()).programs[0].offers
    assert offer.effective_from == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_an_instant_may_be_given_instead_of_a_date() -> None:
    assert plan(a_file(installed_at="2026-02-03T04:05:06+02:00")).installed_at == datetime(
        2026, 2, 3, 2, 5, 6, tzinfo=UTC
    )


def test_numbers_in_rules_have_one_writing() -> None:
    assert the_rule({"kind": "percent", "rate": "0.1200"}) == the_rule(PERCENT)
    assert the_rule({"kind": "flat", "amount": "5"}) == the_rule({"kind": "flat", "amount": "5.00"})


@pytest.mark.parametrize(
    ("currency", "amount", "kept"), [("JPY", "500", "500"), ("EUR", "5.5", "5.50"), ("KWD", "1.234", "1.234")]
)
def test_a_flat_amount_is_in_the_shops_currency_to_its_own_decimals(
    currency: str, amount: str, kept: str
) -> None:
    expected = RuleSpec("flat", {"amount": kept, "currency": currency})
    assert the_rule({"kind": "flat", "amount": amount}, currency) == expected


def test_several_offers_are_sorted_by_date_and_may_have_their_own_hold_and_notice() -> None:
    later = an_offer(effective_from="2026-06-01", hold_days=14, notice="waived")
    (program,) = plan(
        a_file(programs=[a_program(offers=[later, an_offer()], offer=an_offer(effective_from="2026-03-01"))])
    ).programs
    assert [o.effective_from.month for o in program.offers] == [12, 2, 5]
    assert [o.terms.hold_days for o in program.offers] == [30, 30, 14]
    assert [o.notice_waived for o in program.offers] == [False, False, True]


@pytest.mark.parametrize("level", ["file", "program"])
def test_the_notice_may_be_waived_for_all_offers_below(level: str) -> None:
    waived = {"notice": "waived"}
    file = a_file(**waived) if level == "file" else a_file(programs=[a_program(**waived)])
    assert plan(file).programs[0].offers[0].notice_waived


BAD: list[tuple[Any, str]] = [
    (a_file(shops=1), "shops"),
    (a_file(creators=[a_creator(), a_creator(codez=[])]), "creators[1].codez"),
    (a_file(programs=[a_program(offer=an_offer(discount={"percentage": "1"}))]), "programs[0].offer.discount.percentage"),
    (a_file(programs=[a_program(offer=an_offer(rules=[{**PERCENT, "cap": "1"}]))]), "programs[0].offer.rules[0].cap"),
    (a_file(creators=[a_creator(links=[{"slug": "a", "to": "/", "channel": "x", "utm": 1}])]), "creators[0].links[0].utm"),
    (a_file(shop="lumen"), "shop"),
    (a_file(shop="lumen.myshopify.com.evil.example"), "shop"),
    (a_file(currency="EURO"), "currency"),
    (a_file(currency="XAU"), "currency"),
    (a_file(timezone="Mars/Olympus"), "timezone"),
    (a_file(timezone="Europe"), "timezone"),
    (a_file(timezone="../../etc/passwd"), "timezone"),
    (a_file(installed_at="yesterday"), "installed_at"),
    (a_file(installed_at="0001-01-01"), "installed_at"),
    (a_file(installed_at="0001-01-01T00:00:00+14:00"), "installed_at"),
    (a_file(installed_at="2026-02-30"), "installed_at"),
    (a_file(notice=True), "notice"),
    (a_file(programs={}), "programs"),
    (a_file(programs=[a_program(), a_program()]), "programs[1].handle"),
    (a_file(programs=[a_program(handle="Main")]), "programs[0].handle"),
    (a_file(programs=[a_program(window_days=0)]), "programs[0]"),
    (a_file(programs=[a_program(hold_days=121)]), "programs[0]"),
    (a_file(programs=[a_program(hold_days="30")]), "programs[0].hold_days"),
    (a_file(programs=[a_program(window_days=True)]), "programs[0].window_days"),
    (a_file(programs=[a_program(offers=[an_offer()])]), "programs[0].offers[0].effective_from"),
    (a_file(programs=[a_program(offer=an_offer(rules=[]))]), "programs[0].offer.rules"),
    (a_file(programs=[a_program(offer=an_offer(rules=[PERCENT, PERCENT]))]), "programs[0].offer.rules[1]"),
    (a_file(programs=[a_program(offer={"rules": [PERCENT]})]), "programs[0].offer.effective_from"),
    (a_file(programs=[a_program(offer=an_offer(discount={"percent": 10}))]), "programs[0].offer.discount.percent"),
    (a_file(programs=[a_program(offer=an_offer(discount={"percent": "101"}))]), "programs[0].offer.discount.percent"),
    (a_file(programs=[a_program(offer=an_offer(discount={"percent": "NaN"}))]), "programs[0].offer.discount.percent"),
    (a_file(programs=[a_program(offer=an_offer(discount={"percent": "1.234"}))]), "programs[0].offer.discount.percent"),
    (a_file(creators=[a_creator(email="mara")]), "creators[0].email"),
    (a_file(creators=[a_creator(name=" ")]), "creators[0].name"),
    (a_file(creators=[a_creator(), a_creator(name="Other", program="other")]), "creators[1].name"),
    (a_file(creators=[a_creator(), a_creator()]), "creators[1].handle"),
    (a_file(creators=[{"handle": "x", "codes": ["A"]}]), "creators[0].program"),
    (a_file(creators=[a_creator(codes=["OK", "NOT OK"])]), "creators[0].codes[1]"),
    (a_file(creators=[a_creator(codes="OK")]), "creators[0].codes"),
    (a_file(creators=[a_creator(links=[{"slug": "a", "to": "//evil.example", "channel": "x"}])]), "creators[0].links[0].to"),
    (a_file(creators=[a_creator(links=[{"slug": "a", "to": "/"}])]), "creators[0].links[0].channel"),
    ([], "the file"),
    ("x", "the file"),
    ({}, "shop"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "path"), BAD, ids=[f"{n}-{path}" for n, (_, path) in enumerate(BAD)])
def test_whatever_is_wrong_is_refused_with_its_path(file: Any, path: str) -> None:
    refused = refusal(file)
    assert refused.path == path
    assert str(refused).startswith(f"{path}: ")
    assert str(refused).endswith(".")


BAD_RULES: list[tuple[Any, str]] = [
    ({"kind": "percent"}, ".rate"),
    ({"kind": "percent", "rate": 0.12}, ".rate"),
    ({"kind": "percent", "rate": 1}, ".rate"),
    ({"kind": "percent", "rate": None}, ".rate"),
    ({"kind": "percent", "rate": "12"}, ".rate"),
    ({"kind": "percent", "rate": "-0.1"}, ".rate"),
    ({"kind": "percent", "rate": "NaN"}, ".rate"),
    ({"kind": "percent", "rate": "sNaN"}, ".rate"),
    ({"kind": "percent", "rate": "twelve"}, ".rate"),
    ({"kind": "percent", "rate": "0.1234567"}, ".rate"),
    ({"kind": "percent", "rate": "1E-999999"}, ".rate"),
    ({"kind": "percent", "rate": "0.1", "amount": "1"}, ".amount"),
    ({"kind": "reward"}, ".kind"),
    ({"kind": ["percent"]}, ".kind"),
    ({"rate": "0.1"}, ".kind"),
    ("percent", ""),
    ({"kind": "flat"}, ".amount"),
    ({"kind": "flat", "amount": "5.001"}, ".amount"),
    ({"kind": "flat", "amount": "0"}, ""),
    ({"kind": "flat", "amount": "-1"}, ""),
    ({"kind": "flat", "amount": 5}, ".amount"),
    ({"kind": "flat", "amount": "1E999999"}, ".amount"),
    ({"kind": "flat", "amount": "5.00", "currency": "USD"}, ".currency"),
]


@pytest.mark.parametrize(
    ("rule", "path"), BAD_RULES, ids=[f"{n}{path}" for n, (_, path) in enumerate(BAD_RULES)]
)
def test_a_rule_that_cannot_be_priced_is_refused_with_its_path(rule: Any, path: str) -> None:
    refused = refusal(a_file(programs=[a_program(offer=an_offer(rules=[rule]))]))
    assert refused.path == f"programs[0].offer.rules[0]{path}"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(BadFile, match="not JSON"):
        read(raw)


def test_a_half_of_a_character_is_refused_before_it_reaches_a_table() -> None:
    assert refusal(a_file(creators=[a_creator(name="\ud800")])).path == "creators[0].name"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def bent_files(draw: st.DrawFn) -> Any:
    """The good file with arbitrary JSON put in one of its places."""
    file: Any = json.loads(json.dumps(a_file()))
    place = file
    while True:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        place[key] = draw(JSON)
        return file


@settings(max_examples=300, deadline=None)
@given(bent_files() | JSON)
def test_arbitrary_json_is_read_or_refused_with_a_path_and_never_crashes(file: Any) -> None:
    outcome: Plan | BadFile
    try:
        outcome = plan(file)
    except BadFile as refused:
        outcome = refused
    if isinstance(outcome, BadFile):
        assert outcome.path
        assert str(outcome).startswith(outcome.path)
    else:
        assert outcome.shop == file["shop"]
