"""Stories happen in a house of their own."""

from tests.stories.house import house

__all__ = ["house"]
