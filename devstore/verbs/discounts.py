"""Discounts with their codes: create, change, end, delete; add and remove codes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from devstore.discount_model import CodeImport, Discount, DiscountKind, RedeemCode
from devstore.model import Refused, Shop
from devstore.money import rounded
from devstore.payloads.discount import code_body, discount_body
from devstore.state import State

LONGEST_CODE = 255
MOST_CODES_A_CALL = 250


def create_discount(
    state: State,
    shop: Shop,
    *,
    title: str,
    value: Decimal,
    kind: DiscountKind = DiscountKind.PERCENTAGE,
    code: str | None = None,
    starts_at: datetime | None = None,
    **settings: Any,
) -> Discount:
    """A discount; without a code it is automatic. `settings` are further fields of model.Discount.

    Emits discounts/create. Refused with Shopify's codes: TAKEN, BLANK, TOO_LONG, INVALID, LESS_THAN.
    """
    with state.acting():
        check_value(kind, value)
        if code is not None:
            check_code(shop, code)
        now = state.now
        discount = Discount(
            id=state.next_id("DiscountNode"),
            title=title,
            kind=kind,
            value=rounded(value, shop.currency) if kind is DiscountKind.FIXED_AMOUNT else value,
            starts_at=starts_at or now,
            created_at=now,
            updated_at=now,
            automatic=code is None,
            **settings,
        )
        check_dates(discount.starts_at, discount.ends_at)
        if code is not None:
            discount.codes.append(RedeemCode(state.next_id("DiscountRedeemCode"), code, now))
        shop.discounts[discount.id] = discount
        state.emit(shop, "discounts/create", lambda: discount_body(discount, now))
        return discount


def update_discount(state: State, shop: Shop, discount: Discount, **changes: Any) -> Discount:
    """Change fields of a discount. Emits discounts/update. Refused: a value or dates that cannot be."""
    with state.acting():
        check_value(changes.get("kind", discount.kind), changes.get("value", discount.value))
        check_dates(changes.get("starts_at", discount.starts_at), changes.get("ends_at", discount.ends_at))
        for key, value in changes.items():
            setattr(discount, key, value)
        _changed(state, shop, discount)
        return discount


def activate_discount(state: State, shop: Shop, discount: Discount) -> Discount:
    """Let it run from now on, without an end."""
    now = state.now
    starts = min(discount.starts_at, now)
    return update_discount(state, shop, discount, starts_at=starts, ends_at=None)


def deactivate_discount(state: State, shop: Shop, discount: Discount) -> Discount:
    """End it now; its codes stop working."""
    now = state.now
    starts = min(discount.starts_at, now)
    return update_discount(state, shop, discount, starts_at=starts, ends_at=now)


def delete_discount(state: State, shop: Shop, discount: Discount) -> None:
    """Take it away with its codes. Emits discounts/delete. Orders keep what they were given."""
    with state.acting():
        del shop.discounts[discount.id]
        now = state.now
        state.emit(shop, "discounts/delete", lambda: discount_body(discount, now))


def add_codes(state: State, shop: Shop, discount: Discount, codes: Sequence[str]) -> CodeImport:
    """Begin adding codes (at most 250 a call); finished after as many looks as the switch import_polls says.

    Then discounts/update, and discounts/redeemcode_added for each, are emitted.
    """
    with state.acting():
        if len(codes) > MOST_CODES_A_CALL:
            raise Refused(f"{len(codes)} codes at once; at most {MOST_CODES_A_CALL}.", "EXCEEDED_MAX")
        polls = state.switches.api.import_polls
        job = CodeImport(
            state.next_id("DiscountRedeemCodeBulkCreation"), discount.id, list(codes), state.now, polls
        )
        shop.code_imports[job.id] = job
        if polls == 0:
            _finish_import(state, shop, job)
    _tell_added(state, shop, job)
    return job


def look_at_import(state: State, shop: Shop, job: CodeImport) -> CodeImport:
    """One poll nearer to its end."""
    if job.done:
        return job
    with state.acting():
        job.polls_left -= 1
        if job.polls_left <= 0:
            _finish_import(state, shop, job)
    _tell_added(state, shop, job)
    return job


def remove_codes(state: State, shop: Shop, discount: Discount, ids: Sequence[int]) -> None:
    """Take codes from a discount. Emits discounts/redeemcode_removed for each and one discounts/update."""
    with state.acting():
        gone = [redeem for redeem in discount.codes if redeem.id in set(ids)]
        discount.codes = [redeem for redeem in discount.codes if redeem not in gone]
    for redeem in gone:
        with state.acting():
            _tell_code(state, shop, "discounts/redeemcode_removed", discount, redeem)
    with state.acting():
        _changed(state, shop, discount)


def check_code(shop: Shop, code: str) -> None:
    """Refused when a code is empty, too long or taken (without regard to case)."""
    check_free(code, shop.redeem_code(code) is not None)


def check_free(code: str, is_taken: bool) -> None:  # noqa: FBT001  # Whoever asks has looked.
    """Refused when a code is empty, too long or, as the caller says, taken."""
    path = ("basicCodeDiscount", "code")
    if not code.strip():
        raise Refused("Code can't be blank", "BLANK", path)
    if len(code) > LONGEST_CODE:
        raise Refused(f"Code is too long (maximum is {LONGEST_CODE} characters)", "TOO_LONG", path)
    if is_taken:
        raise Refused("Code must be unique. Please try a different code.", "TAKEN", path)


def check_rename(shop: Shop, discount: Discount, code: str) -> None:
    """Refused when the first code cannot be called this; its own name in other letters is fine."""
    if not discount.codes:
        raise Refused("The discount has no code left to rename.", "INVALID", ("basicCodeDiscount", "code"))
    if code.casefold() != discount.codes[0].code.casefold():
        check_code(shop, code)


def check_value(kind: DiscountKind, value: Decimal) -> None:
    """Refused when a percentage is not above 0 and at most 100, or an amount is not above 0."""
    if kind in {DiscountKind.PERCENTAGE, DiscountKind.BUY_GET} and not 0 < value <= 100:  # noqa: PLR2004  # a percent
        path: tuple[str, ...] = ("basicCodeDiscount", "customerGets", "value", "percentage")
        raise Refused("Value must be between 0.0 and 1.0", "VALUE_OUTSIDE_RANGE", path)
    if kind is DiscountKind.FIXED_AMOUNT and value <= 0:
        path = ("basicCodeDiscount", "customerGets", "value", "discountAmount", "amount")
        raise Refused("Value must be greater than 0", "GREATER_THAN", path)


def check_dates(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refused when it would end before it begins."""
    if ends_at is not None and ends_at < starts_at:
        raise Refused("Ends at needs to be after starts_at", "INVALID", ("basicCodeDiscount", "endsAt"))


def _finish_import(state: State, shop: Shop, job: CodeImport) -> None:
    job.done = True
    discount = shop.discounts.get(job.discount_id)
    taken = {redeem.code.casefold() for one in shop.discounts.values() for redeem in one.codes}
    for code in job.codes:
        try:
            check_free(code, code.casefold() in taken)
        except Refused as refusal:
            job.failed[code] = (refusal.code, refusal.message)
            continue
        if discount is None:
            job.failed[code] = ("INVALID", "Discount does not exist")
            continue
        redeem = RedeemCode(state.next_id("DiscountRedeemCode"), code, state.now)
        discount.codes.append(redeem)
        taken.add(code.casefold())
        job.added[code] = redeem.id
    if discount is not None and job.added:
        _changed(state, shop, discount)


def _tell_added(state: State, shop: Shop, job: CodeImport) -> None:
    # One deed a code: a deed may not emit a topic twice.
    discount = shop.discounts.get(job.discount_id)
    if discount is None:
        return
    for redeem in discount.codes:
        if job.added.get(redeem.code) == redeem.id:
            with state.acting():
                _tell_code(state, shop, "discounts/redeemcode_added", discount, redeem)


def _changed(state: State, shop: Shop, discount: Discount) -> None:
    now = discount.updated_at = state.now
    state.emit(shop, "discounts/update", lambda: discount_body(discount, now))


def _tell_code(state: State, shop: Shop, topic: str, discount: Discount, redeem: RedeemCode) -> None:
    now = state.now
    state.emit(shop, topic, lambda: code_body(discount, redeem, now))
