"""What the editor proposes for a program that has no terms yet. Pure."""

from app.campaigns.model import Program
from app.flows.discount_fields import LIMITS, VALUE
from app.flows.offer_fields import CHANNELS, HOLD
from app.web.admin.offers_typed import Part, Typed


def first_typed(program: Program) -> Typed:
    """Ten percent for both sides, as most shops begin."""
    usual = {
        field.key: [field.choices[0].key] for field in (*VALUE, *LIMITS, *HOLD, *CHANNELS) if field.choices
    }
    values = usual | {"discount": ["10"], "combine_shipping": ["yes"], "hold_days": [str(program.hold_days)]}
    return Typed(values, [Part("percent", {"rate": ["10"]})])
