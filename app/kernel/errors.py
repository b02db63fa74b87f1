"""The two families of errors and who answers them: edges map kinds, nobody else catches."""


class TributeError(Exception):
    """Anything this product refuses or could not do; its text is a sentence for a person."""


class RefusedError(TributeError):
    """We will not do it: the caller must change something."""


class Invalid(RefusedError):
    """The input is not acceptable; the sentence shows the value."""


class NotFound(RefusedError):
    """There is no such thing in this shop."""


class Conflict(RefusedError):
    """It clashes with what is already there."""


class Forbidden(RefusedError):
    """This caller may not do it."""


class UpstreamError(TributeError):
    """An outside service did not do what we asked."""


class Retriable(UpstreamError):
    """Nothing happened there; asking again later is safe."""

    def __init__(self, message: str, *, after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds
        """How long the other side asked us to wait; None when it did not say."""


class Permanent(UpstreamError):
    """It was refused and will be refused again."""


class Unknown(UpstreamError):
    """It may or may not have happened: look it up, never repeat it blindly."""
