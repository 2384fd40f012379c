"""The error a user is meant to read: what is wrong, where, and what to do."""


class InputError(ValueError):
    """Input that cannot be used; the message names file, row or column, and the remedy.

    Parameters
    ----------
    message
        One sentence that names the place and what is wrong there.
    remedy
        One sentence that says what to change.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} Remedy: {remedy}")
