"""E20: the number of clicks is that of the clicks that count. Repeated ones and machines stand apart."""

import requests
from sqlalchemy import text

from tests.stories.house import House

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 360.{0}"
MACHINE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def test_clicks_are_browsers_within_a_day_and_machines_are_listed_apart(house: House) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    form = {"slug": "mara-ig", "to": "/products/serum", "channel": "instagram"}
    assert house.ask("POST", "/creators/mara/links", **form).status_code == 303
    agents = [*[PHONE.format(1)] * 4, PHONE.format(2), PHONE.format(3), *[MACHINE] * 2]
    for agent in agents:
        answer = requests.get(
            f"{house.app_url}/r/mara-ig", headers={"User-Agent": agent}, timeout=20, allow_redirects=False
        )
        assert answer.status_code == 302
    count = text("select verdict, count(*) as number from clicks group by 1")

    def stored() -> dict[str, int]:
        with house.wiring.shop_session(house.shop_id) as session:
            return {row.verdict: row.number for row in session.execute(count)}

    house.until(lambda: sum(stored().values()) == len(agents), "all clicks are stored")
    assert stored() == {"billable": 3, "duplicate": 3, "bot": 2}
    # The same three on the creator's page and on the page of tracking, beside what was left out.
    links = " ".join(house.ask("GET", "/creators/mara/links").text.split())
    assert "without <bdi>3</bdi> repeats and <bdi>2</bdi> bots" in links
    tracking = " ".join(house.ask("GET", "/tracking").text.split())
    assert (
        '<dd class="v"><bdi>3</bdi></dd><dd class="c sub">and <bdi>3</bdi> repeated, <bdi>2</bdi> by machines</dd>'
        in tracking
    )
