"""What a shop gave its customers, for tests: looked at, and given by somebody else than the app."""

from decimal import Decimal

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from devstore.control.body import body
from devstore.model import Refused, Shop
from devstore.reward_model import Credit, CreditAccount
from devstore.state import State


def register(app: Flask, state: State) -> None:
    """Routes about store credit and gift cards."""
    root = "/_control/shops/<domain>/rewards"

    @app.get(root)
    def rewards(domain: str) -> ResponseReturnValue:
        with state.lock:
            return jsonify(_shown(state.shop(domain)))

    @app.post(root)
    def change(domain: str) -> ResponseReturnValue:
        given = body({"is_credit_on", "customer_id", "amount", "event"})
        shop = state.shop(domain)
        with state.lock:
            if "is_credit_on" in given:
                shop.rewards.is_credit_on = bool(given["is_credit_on"])
            if "amount" in given:
                _give(
                    state, shop, int(given["customer_id"]), Decimal(str(given["amount"])), str(given["event"])
                )
            return jsonify(_shown(shop))


def _give(state: State, shop: Shop, customer_id: int, amount: Decimal, event: str) -> None:
    if customer_id not in shop.customers:
        raise Refused(f"{shop.domain} has no customer {customer_id}.", "NOT_FOUND")
    account = shop.rewards.account(customer_id, shop.currency)
    if account is None:
        account = CreditAccount(state.next_id("StoreCreditAccount"), customer_id, shop.currency)
        shop.rewards.accounts[account.id] = account
    number = state.next_id("StoreCreditAccountCreditTransaction")
    account.credits.append(Credit(number, amount, account.balance + amount, state.now, event))


def _shown(shop: Shop) -> dict[str, object]:
    given = [
        {"customer_id": account.customer_id, "amount": str(one.amount), "currency": account.currency}
        for account in shop.rewards.accounts.values()
        for one in account.credits
    ]
    cards = [
        {
            "customer_id": one.customer_id, "amount": str(one.amount), "currency": one.currency, "note": one.note,
            "mailed": one.mailed,
        }
        for one in shop.rewards.cards.values()
    ]  # fmt: skip
    return {"is_credit_on": shop.rewards.is_credit_on, "credits": given, "cards": cards}
