"""What a request to Stripe may contain: the official SDK's own parameter types, nothing beyond them allowed."""

import sys
from functools import cache
from types import GenericAlias
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe import StripeContext, _request_options
from stripe._request_options import RequestOptions
from stripe.params._transfer_create_params import TransferCreateParams
from stripe.params._transfer_list_params import TransferListParams
from stripe.params._transfer_reversal_create_params import TransferReversalCreateParams
from stripe.params.v2.core._account_create_params import AccountCreateParams
from stripe.params.v2.core._account_link_create_params import AccountLinkCreateParams
from stripe.params.v2.core._account_retrieve_params import AccountRetrieveParams
from stripe.params.v2.core._event_destination_create_params import EventDestinationCreateParams
from stripe.params.v2.money_management._outbound_payment_create_params import OutboundPaymentCreateParams
from stripe.params.v2.money_management._outbound_payment_list_params import OutboundPaymentListParams

REQUESTS: dict[str, Any] = {
    "transfer": TransferCreateParams,
    "transfers": TransferListParams,
    "reversal": TransferReversalCreateParams,
    "account": AccountCreateParams,
    "account_read": AccountRetrieveParams,
    "account_link": AccountLinkCreateParams,
    "event_destination": EventDestinationCreateParams,
    "outbound_payment": OutboundPaymentCreateParams,
    "outbound_payments": OutboundPaymentListParams,
}


class Unfit(Exception):
    """A request that Stripe would refuse: which parameter, and why."""

    def __init__(self, param: str, why: str) -> None:
        super().__init__(f"{param}: {why}")
        self.param = param


@cache
def _adapter(name: str, strict: bool) -> TypeAdapter[list[Any]]:  # noqa: FBT001  # the cache wants a plain key
    # A TypedDict takes no configuration from its adapter; as the part of a list it does.
    config = ConfigDict(extra="forbid", strict=strict, arbitrary_types_allowed=True, defer_build=True)
    whole: Any = GenericAlias(list, (REQUESTS[name],))
    adapter: TypeAdapter[list[Any]] = TypeAdapter(whole, config=config)
    # RequestOptions names a class that the SDK imports for type checkers only; given names replace the module's.
    module = vars(sys.modules[REQUESTS[name].__module__])
    adapter.rebuild(_types_namespace={**vars(_request_options), **module, "StripeContext": StripeContext})
    return adapter


def fits(name: str, given: dict[str, Any], *, form: bool = False) -> dict[str, Any]:
    """The parameters as their types have them. Raises Unfit. A form's values are text, so numbers are read there."""
    # The SDK mixes options of the call (keys, headers) into the types of v1; in a body they have no place.
    for option in RequestOptions.__annotations__.keys() & given.keys():
        raise Unfit(option, "is an option of the call, not a parameter")
    try:
        checked: dict[str, Any] = _adapter(name, not form).validate_python([given])[0]
    except ValidationError as problem:
        first = problem.errors()[0]
        raise Unfit(".".join(str(part) for part in first["loc"][1:]), first["msg"]) from problem
    return checked


def form_of(raw: str) -> dict[str, Any]:
    """A form with brackets as nested values: `metadata[payout]=7`, `expand[0]=x`."""
    made: dict[str, Any] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        first, *rest = name.replace("]", "").split("[")
        here = made
        for part, following in zip([first, *rest], rest, strict=False):
            here = here.setdefault(part, {})
            if not isinstance(here, dict):
                raise Unfit(name, f"{following!r} stands below a plain value")
        here[[first, *rest][-1]] = value
    return {key: _listed(value) for key, value in made.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(one) for key, one in value.items()}
