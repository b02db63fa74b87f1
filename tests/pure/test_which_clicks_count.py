"""Which visits are billable: one of a browser and a link in 24 hours, and nobody's who is a machine."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.tracking.agents import device, is_machine
from app.tracking.click import Verdict
from app.tracking.judge_clicks import MOST_OF_AN_ADDRESS, judge
from app.tracking.spool.record import Visited, line, record

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 Instagram 360.0"
)
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def came(
    minutes: float = 0,
    *,
    who: str = "a",
    link: int = 1,
    agent: str = PHONE,
    number: int = 0,
    fetch: bool = False,
) -> Visited:
    at = AT + timedelta(minutes=minutes)
    return Visited(
        1, link, number or int(minutes * 60_000), at, (f"{who}1", f"{who}0"), agent, is_fetch=fetch
    )


@pytest.mark.parametrize(
    ("minutes", "second"),
    [(1, "duplicate"), (24 * 60 - 0.001, "duplicate"), (24 * 60, "billable"), (24 * 60 + 1, "billable")],
)
def test_the_same_browser_counts_once_in_24_hours(minutes: float, second: str) -> None:
    assert judge([came(), came(minutes)], ()) == ["billable", second]


def test_a_duplicate_does_not_begin_a_new_day() -> None:
    assert judge([came(), came(23 * 60), came(25 * 60)], ()) == ["billable", "duplicate", "billable"]


def test_another_link_or_another_browser_counts_for_itself() -> None:
    assert judge([came(), came(1, link=2), came(2, who="b")], ()) == ["billable"] * 3


def test_a_browser_is_known_by_yesterdays_digest_after_midnight() -> None:
    before = came()
    after = Visited(1, 1, 9, AT + timedelta(hours=13), ("new", "a1"), PHONE)
    assert judge([before, after], ()) == ["billable", "duplicate"]


def test_what_the_books_already_counted_makes_a_duplicate() -> None:
    assert judge([came(), came(1, who="b")], {0}) == ["duplicate", "billable"]


def test_a_machine_is_never_counted_and_hides_nobody() -> None:
    assert judge([came(agent="WhatsApp/2.23.20.0"), came(1)], ()) == ["bot", "billable"]


@pytest.mark.parametrize(
    "agent",
    [
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.4.0",
        "python-requests/2.32",
        "",
        "   ",
    ],
)
def test_previews_crawlers_and_scripts_are_machines(agent: str) -> None:
    assert is_machine(came(agent=agent))


def test_a_prefetch_is_nobody_looking() -> None:
    assert is_machine(came(fetch=True))
    assert not is_machine(came())


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (PHONE, "phone"),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
            "phone",
        ),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "tablet"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
            "computer",
        ),
        ("Mozilla/5.0 (SMART-TV; Tizen 7.0)", ""),
    ],
)
def test_the_kind_of_device_is_told_by_what_browsers_say(agent: str, kind: str) -> None:
    assert device(agent) == kind


visits = st.builds(
    came,
    st.floats(0, 4000, allow_nan=False).map(lambda m: round(m, 3)),
    who=st.sampled_from("abc"),
    link=st.integers(1, 2),
    number=st.integers(1, 2**62),
    fetch=st.booleans(),
)


@given(st.lists(visits, max_size=30))
def test_no_two_billable_clicks_of_a_browser_and_link_lie_within_24_hours(given_: list[Visited]) -> None:
    verdicts = judge(given_, ())
    paid = sorted(
        (v.link_id, v.prints, v.at)
        for v, said in zip(given_, verdicts, strict=True)
        if said is Verdict.BILLABLE
    )
    for first, second in pairwise(paid):
        if first[:2] == second[:2]:
            assert second[2] - first[2] >= timedelta(hours=24)


@given(st.lists(visits, max_size=12), st.randoms())
def test_the_order_in_which_visits_are_read_changes_no_verdict(given_: list[Visited], chance: object) -> None:
    unique = list({v.click_id: v for v in given_}.values())
    shuffled = list(unique)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    told = dict(zip((v.click_id for v in shuffled), judge(shuffled, ()), strict=True))
    assert [told[v.click_id] for v in unique] == judge(unique, ())


texts = st.text(max_size=80)


@given(texts, texts, texts)
def test_a_line_of_the_spool_is_read_as_it_was_written(agent: str, referrer: str, query: str) -> None:
    told = Visited(1, 2, 3, AT, ("a", "b"), agent, referrer, query, "DE")
    written = line(told)
    assert written.count(b"\n") == 1
    assert record(written[:-1]) == told


@given(st.integers(0, 60))
def test_a_line_that_was_cut_off_is_not_read(cut: int) -> None:
    written = line(came())[:-1]
    assert record(written[: len(written) - 1 - cut]) is None


def crowd(count: int, *, first: int = 0, network: str = "aa", link: int = 1) -> list[Visited]:
    """Browsers that were not there before, from one address, a second apart."""
    visits = [
        came(n / 60, who=f"{network}{n} ", link=link, number=n + 1) for n in range(first, first + count)
    ]
    return [structs.replace(visit, network=network) for visit in visits]


def test_of_one_address_only_so_many_browsers_count_on_a_link_in_a_day() -> None:
    """A browser's name costs nothing to change."""
    verdicts = judge(crowd(MOST_OF_AN_ADDRESS + 50), ())
    assert verdicts == ["billable"] * MOST_OF_AN_ADDRESS + ["duplicate"] * 50


def test_what_is_stored_of_an_address_counts_too_and_other_links_and_addresses_count_for_themselves() -> None:
    stored = {(1, 1, "aa"): MOST_OF_AN_ADDRESS - 1}
    mixed = [*crowd(2), *crowd(2, first=10, network="bb"), *crowd(2, first=20, link=2)]
    assert judge(mixed, (), stored) == ["billable", "duplicate", *["billable"] * 4]


def test_a_visit_of_before_addresses_were_noted_is_judged_as_ever() -> None:
    assert set(judge(crowd(300, network=""), ())) == {"billable"}
