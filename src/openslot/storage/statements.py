"""SQL texts as values, in the subset that SQLite and PostgreSQL share.

Parameters are written `:name`. A list is passed as one JSON text and read with `json_each`.
"""


class SystemStatement(str):
    """SQL that may look across accounts; runs in a `SystemTx` alone."""

    __slots__ = ()


class AccountStatement(str):
    """SQL of one account. Its text names `:account_id`, which the transaction fills in itself."""

    __slots__ = ()

    def __new__(cls, text: str) -> "AccountStatement":
        """Takes the SQL.

        Raises:
            ValueError: the text could reach another account's rows.
        """
        if ":account_id" not in text:
            raise ValueError(f"an account statement must name :account_id: {text}")
        return super().__new__(cls, text)
