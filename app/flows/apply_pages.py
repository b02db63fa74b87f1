"""The part of a file for `tribute apply` that says what stands on a creator's page in the store, read and checked."""

from dataclasses import dataclass

from app.flows.apply_cells import Cell, at
from app.storefront.model import Landing, check_address, check_picture, check_products, check_text


@dataclass(frozen=True)
class PagePlan:
    """A creator's page."""

    path: str
    landing: Landing


def page_plan(cell: Cell, handle: str) -> PagePlan:
    """A page that shoppers see, unless `live` is false. Raises BadFile."""
    fields = cell.fields("live", "picture", "words", "products")
    with at(cell.path):
        check_address(handle)
    landing = Landing(
        fields["live"].flag() if "live" in fields else True,
        fields["picture"].text(check_picture) if "picture" in fields else "",
        fields["words"].text(check_text) if "words" in fields else "",
        _products(fields["products"]) if "products" in fields else (),
    )
    return PagePlan(cell.path, landing)


def _products(cell: Cell) -> tuple[str, ...]:
    handles = [handle for item in cell.items() for handle in item.text(check_products)]
    with at(cell.path):
        return check_products("\n".join(handles))
