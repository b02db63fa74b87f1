"""Store credit and gift cards: given, listed newest or oldest first, refused with Shopify's codes."""

from decimal import Decimal
from typing import Any

from devstore.clock import rfc3339
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid, mutation, node_type, number_of, query
from devstore.graphql.values import money
from devstore.reward_model import Credit, CreditAccount, GiftCard

MOST_CREDIT = Decimal(10_000)
"""Of one account; Shopify has a limit, too."""
MOST_CARD = Decimal(2_000)


@query("storeCreditConfiguration")
def configuration(context: Context) -> Node:
    """Whether customers may spend store credit."""
    return {"storeCreditEnabled": context.shop.rewards.is_credit_on}


@mutation("storeCreditAccountCredit")
def give_credit(context: Context, id: str, creditInput: dict[str, Any]) -> Node:  # noqa: A002, N803  # Shopify's names
    """Credit a customer, or an account of theirs; a customer's first credit in a currency opens the account."""
    asked = creditInput["creditAmount"]
    amount, currency = Decimal(str(asked["amount"])), asked["currencyCode"]
    number = number_of(id, "StoreCreditAccount")
    account = context.shop.rewards.accounts.get(number) if number is not None else None
    if number is not None and account is None:
        return _credit_error("ACCOUNT_NOT_FOUND", "id", "The store credit account could not be found.")
    customer = account.customer_id if account is not None else number_of(id, "Customer")
    if customer not in context.shop.customers or customer is None:
        return _credit_error("OWNER_NOT_FOUND", "id", "The owner could not be found.")
    account = account or context.shop.rewards.account(customer, currency)
    problem = _problem(context, account, amount, currency)
    return problem or _credited(context, account, customer, (amount, currency))


def _problem(context: Context, account: CreditAccount | None, amount: Decimal, currency: str) -> Node | None:
    if amount <= 0:
        return _credit_error("NEGATIVE_OR_ZERO_AMOUNT", "creditInput", "A positive amount must be used.")
    if account is not None and account.currency != currency:
        return _credit_error("MISMATCHING_CURRENCY", "creditInput", "The currency is not the account's.")
    if currency not in {context.shop.currency, *context.shop.presentment_rates}:
        return _credit_error("UNSUPPORTED_CURRENCY", "creditInput", f"The shop has no {currency}.")
    if amount + (account.balance if account is not None else 0) > MOST_CREDIT:
        return _credit_error("CREDIT_LIMIT_EXCEEDED", "creditInput", "The account would exceed its limit.")
    return None


def _credited(
    context: Context, account: CreditAccount | None, customer: int, asked: tuple[Decimal, str]
) -> Node:
    if account is None:
        account = CreditAccount(context.state.next_id("StoreCreditAccount"), customer, asked[1])
        context.shop.rewards.accounts[account.id] = account
    number = context.state.next_id("StoreCreditAccountCreditTransaction")
    made = Credit(number, asked[0], account.balance + asked[0], context.state.now)
    account.credits.append(made)
    return {"storeCreditAccountTransaction": _credit(account, made), "userErrors": []}


@node_type("StoreCreditAccount")
def find_account(context: Context, number: int) -> Node | None:
    """An account of this shop, or null."""
    account = context.shop.rewards.accounts.get(number)
    return account_node(context, account) if account is not None else None


def accounts_of(context: Context, customer_id: int, arguments: dict[str, Any]) -> Node:
    """The store credit accounts of a customer."""
    own = [one for one in context.shop.rewards.accounts.values() if one.customer_id == customer_id]
    return connection(
        context, own, lambda one: account_node(context, one), arguments, key=lambda one: (one.id,)
    )


def account_node(context: Context, account: CreditAccount) -> Node:
    """StoreCreditAccount."""
    return {
        "__typename": "StoreCreditAccount",
        "id": gid("StoreCreditAccount", account.id),
        "balance": money(account.balance, account.currency),
        "transactions": lambda **a: connection(
            context, account.credits, lambda one: _credit(account, one), a, key=lambda one: (one.id,)
        ),
    }


@mutation("giftCardCreate")
def make_card(context: Context, input: dict[str, Any]) -> Node:  # noqa: A002  # Shopify's name
    """A gift card, with the code that was asked for or one of Shopify's."""
    asked = input.get("initialAmount") or {}
    amount, currency = Decimal(str(asked.get("amount", 0))), asked.get("currencyCode", context.shop.currency)
    customer = number_of(input["customerId"], "Customer") if input.get("customerId") else None
    code = input.get("code") or context.state.next_token("gift-card", 16).upper()
    if amount <= 0:
        return _card_error("GREATER_THAN", "initialAmount", "Initial value must be greater than 0.")
    if amount > MOST_CARD:
        return _card_error("GIFT_CARD_LIMIT_EXCEEDED", "initialAmount", "The gift card exceeds the limit.")
    if input.get("customerId") and customer not in context.shop.customers:
        return _card_error("CUSTOMER_NOT_FOUND", "customerId", "The customer could not be found.")
    if any(one.code.casefold() == code.casefold() for one in context.shop.rewards.cards.values()):
        return _card_error("TAKEN", "code", "Code has already been taken.")
    number = context.state.next_id("GiftCard")
    made = GiftCard(number, code, amount, currency, customer, input.get("note"), context.state.now)
    context.shop.rewards.cards[number] = made
    return {"giftCard": card_node(made), "giftCardCode": code, "userErrors": []}


@mutation("giftCardSendNotificationToCustomer")
def send_card(context: Context, id: str) -> Node:  # noqa: A002  # Shopify's name
    """Mail the card to its customer."""
    card = context.shop.rewards.cards.get(number_of(id, "GiftCard") or 0)
    if card is None or card.customer_id is None:
        return _card_error("CUSTOMER_NOT_FOUND", "id", "The customer could not be found.")
    card.mailed += 1
    return {"giftCard": card_node(card), "userErrors": []}


@query("giftCards")
def gift_cards(context: Context, **arguments: Any) -> Node:
    """All gift cards by id; `query` is not understood, and said so by its absence in what the app sends."""
    cards = context.shop.rewards.cards.values()
    return connection(context, cards, card_node, arguments, key=lambda one: (one.id,))


def card_node(card: GiftCard) -> Node:
    """GiftCard. The code itself is shown once, by the mutation."""
    return {
        "__typename": "GiftCard",
        "id": gid("GiftCard", card.id),
        "note": card.note,
        "createdAt": rfc3339(card.at),
        "enabled": True,
        "initialValue": money(card.amount, card.currency),
        "balance": money(card.amount, card.currency),
        "lastCharacters": card.code[-4:],
    }


def _credit(account: CreditAccount, one: Credit) -> Node:
    return {
        "__typename": "StoreCreditAccountCreditTransaction",
        "id": gid("StoreCreditAccountCreditTransaction", one.id),
        "amount": money(one.amount, account.currency),
        "balanceAfterTransaction": money(one.balance, account.currency),
        "createdAt": rfc3339(one.at),
        "event": one.event,
        "expiresAt": None,
    }


def _credit_error(code: str, field: str, message: str) -> Node:
    error = {"field": [field], "code": code, "message": message}
    return {"storeCreditAccountTransaction": None, "userErrors": [error]}


def _card_error(code: str, field: str, message: str) -> Node:
    error = {"field": ["input", field], "code": code, "message": message}
    return {"giftCard": None, "giftCardCode": None, "userErrors": [error]}
