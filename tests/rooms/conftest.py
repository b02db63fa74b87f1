"""What most rooms are tested in: a shop with creators, codes and links, and the whole app over it."""

from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from app.wiring import Wiring
from app.wsgi import Application
from tests.credit_shop import CreditShop, credit_shop


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    """Two creators with a code and a link each; a room that needs another shop makes its own."""
    return credit_shop(wiring)


@pytest.fixture
def client(wiring: Wiring, shop: CreditShop) -> Iterator[Client]:
    """A stranger's browser, before the whole app."""
    application = Application(wiring)
    yield Client(application)
    application.close()
