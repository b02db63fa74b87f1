"""Secrets at rest and customers as digests."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ids import ShopId
from app.shops.pseudonym import pseudonym, same_address
from app.shops.vault import Unreadable, Vault, new_shop_key

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
ONE, TWO = ShopId(1), ShopId(2)
KEY = bytes(range(32))


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_in_its_own_cell(secret: bytes) -> None:
    vault = Vault([NEW])
    assert vault.open(vault.seal(secret, ONE, "access_token"), ONE, "access_token") == secret


@pytest.mark.parametrize(
    ("shop", "column"), [(TWO, "access_token"), (ONE, "refresh_token"), (ShopId(11), "access_token")]
)
def test_what_is_copied_to_another_cell_does_not_open(shop: ShopId, column: str) -> None:
    sealed = Vault([NEW]).seal(b"shpat_1", ONE, "access_token")
    with pytest.raises(Unreadable, match=f"stored {column} of shop {shop} cannot be read"):
        Vault([NEW]).open(sealed, shop, column)


def test_a_new_key_reads_what_the_old_one_wrote_and_rotation_frees_the_old_one() -> None:
    sealed = Vault([OLD]).seal(b"shpat_1", ONE, "access_token")
    both = Vault([NEW, OLD])
    rotated = both.rotate(sealed, ONE, "access_token")
    assert both.open(sealed, ONE, "access_token") == b"shpat_1"
    assert Vault([NEW]).open(rotated, ONE, "access_token") == b"shpat_1"
    with pytest.raises(Unreadable):
        Vault([NEW]).open(sealed, ONE, "access_token")


def test_rotation_refuses_what_belongs_to_another_cell() -> None:
    sealed = Vault([NEW]).seal(b"shpat_1", ONE, "access_token")
    with pytest.raises(Unreadable):
        Vault([NEW]).rotate(sealed, TWO, "access_token")


@pytest.mark.parametrize("broken", [b"", b"x", b"gAAAAA"])
def test_what_cannot_be_read_is_named_without_its_content(broken: bytes) -> None:
    with pytest.raises(Unreadable, match="Put the key it was written with back") as caught:
        Vault([NEW, OTHER]).open(broken, ONE, "shop_key")
    assert NEW not in str(caught.value)


def test_every_shop_gets_a_key_of_its_own() -> None:
    assert len({new_shop_key() for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("ada.love+shop@gmail.com", "AdaLove@GoogleMail.com"),
        (" a.d.a+x+y@gmail.com ", "ada@gmail.com"),
    ],
)
def test_spellings_of_one_mailbox_are_one_person(left: str, right: str) -> None:
    assert pseudonym(KEY, "email", left) == pseudonym(KEY, "email", right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a.da@example.com", "ada@example.com"),
        ("ada+x@example.com", "ada@example.com"),
        ("ada@gmail.com", "ada@gmail.com.example"),
        ("ada@example.com", "eve@example.com"),
    ],
)
def test_elsewhere_dots_and_tags_may_be_another_person(left: str, right: str) -> None:
    assert pseudonym(KEY, "email", left) != pseudonym(KEY, "email", right)


def test_a_customer_is_one_by_number_and_by_gid_but_is_no_address() -> None:
    number = pseudonym(KEY, "customer", "7203")
    assert number == pseudonym(KEY, "customer", "gid://shopify/Customer/7203")
    assert number != pseudonym(KEY, "email", "7203")
    assert number != pseudonym(bytes(32), "customer", "7203")
    assert len(number) == 16


@given(st.text())
def test_any_text_has_a_pseudonym_and_a_stable_spelling(text: str) -> None:
    assert len(pseudonym(KEY, "email", text)) == 16
    assert same_address(same_address(text)) == same_address(text)
