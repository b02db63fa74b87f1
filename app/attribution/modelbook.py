"""The attribution models there are."""

from app.attribution import models
from app.attribution.touchpoint import Model
from app.kernel import registry
from app.kernel.errors import Invalid

MODELS = registry.load(models, Model)
"""Every model by its name in settings."""
DEFAULT = "code_then_last_click"


class NoSuchModel(Invalid):
    """A name that no attribution model has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name[:64]!r} is no attribution model. Known: {', '.join(MODELS)}.")


def model_of(name: str) -> Model:
    """The model of that name. Raises NoSuchModel."""
    found = MODELS.get(name)
    if found is None:
        raise NoSuchModel(name)
    return found
