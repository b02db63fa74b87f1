"""The visits before orders, asked for a handful at a time."""

from collections.abc import Sequence

import msgspec

from app.shopify.admin_api import ShopAPI
from app.shopify.payloads_journey import Answer

AT_ONCE = 25
"""With ten moments each the question stays below half of what one question may cost."""


def fetch_journeys(api: ShopAPI, order_ids: Sequence[int]) -> dict[int, Answer]:
    """What Shopify says of each; orders that are gone, or older than we may read, are left out.

    At most AT_ONCE. Raises what ShopAPI.execute raises.
    """
    ids = [f"gid://shopify/Order/{number}" for number in order_ids]
    nodes = api.execute("order_journeys", {"ids": ids})["nodes"]
    answers = [msgspec.convert(node, Answer, strict=False) for node in nodes if node]
    return {answer.number: answer for answer in answers}
