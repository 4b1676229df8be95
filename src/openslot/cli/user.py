"""`openslot user`: people who sign in to an account."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openslot import settings as setting
from openslot.cli.arguments import AccountName, AsJson
from openslot.cli.installation import account_id_of, on_database, read_account, write_account
from openslot.cli.printing import instant, print_json, print_table
from openslot.kernel.errors import Fault, Invalid
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.identity.model.user import User

commands = typer.Typer(help="Invite, list and disable those who sign in.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="What the user signs in with.")]
_PAGE = 200


@dataclass(frozen=True, slots=True)
class _Made:
    """A user with an invitation, or without one where there is a password."""

    user: "User"
    invitation_url: str | None


@commands.command()
def create(
    account: AccountName,
    email: Email,
    role: Annotated[
        str, typer.Option(metavar="ROLE", help="viewer, desk, planner or administrator.")
    ],
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="What people call them.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read a password from the first line of input.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create a user. An invitation link is shown once.

    Whoever opens it can choose the user's password, once, within 7 days.
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None

    async def work(database: Database, settings: Settings) -> _Made:
        account_id = await account_id_of(database, account)
        digest = None if password is None else await _digest_of(password, email)
        try:
            return await database.write(
                account_id, _created, settings.public_url, email, name or email, role, digest
            )
        except Invalid as refusal:
            raise _with_names(refusal) from None

    made = on_database(work)
    if as_json:
        invitation = {"invitationUrl": made.invitation_url} if made.invitation_url else {}
        print_json({"account": account, **_shown(made.user), **invitation})
        return
    typer.echo(f"{account}: {made.user.role} {made.user.email} created")
    _print_invitation(made.invitation_url)


async def _digest_of(password: str, email: str) -> str:
    """What is stored of a password, which must not be a weak one."""
    from openslot.identity.people.passwords import Passwords, checked  # noqa: PLC0415

    passwords = Passwords()
    try:
        return await passwords.hash(checked(password, email=email))
    except Invalid as refusal:
        raise _with_names(refusal) from None
    finally:
        passwords.close()


def _with_names(refusal: Invalid) -> Invalid:
    """The faults, each with the name of what it is about."""
    return Invalid(*(Fault(f.field, f.code, f"{f.field} {f.detail}") for f in refusal.faults))


def _created(
    tx: AccountTx, public_url: str, email: str, name: str, role: str, digest: str | None
) -> _Made:
    from openslot.identity.people import invitations, users  # noqa: PLC0415

    user, text = users.create(tx, email, name, role)
    if digest is None:
        return _Made(user, invitations.url_of(public_url, tx.account.name, text))
    return _Made(users.set_password(tx, user, digest, invitation=text), None)


@commands.command()
def invite(account: AccountName, email: Email, as_json: AsJson = False) -> None:
    """Make another invitation link. It is shown once.

    For a lost invitation or a forgotten password: both stop working. Every session ends, and the
    access that the user gave to programs.
    """
    from openslot.identity.people import invitations, users  # noqa: PLC0415

    url = invitations.url_of(
        setting.load().public_url,
        account,
        write_account(account, lambda tx: invitations.renew(tx, users.by_email(tx, email))),
    )
    if as_json:
        print_json({"account": account, "email": email, "invitationUrl": url})
        return
    typer.echo(f"{account}: user {email} invited")
    _print_invitation(url)


@commands.command("set-role")
def set_role(
    account: AccountName, email: Email, role: Annotated[str, typer.Argument(metavar="ROLE")]
) -> None:
    """Give a user another role: viewer, desk, planner or administrator.

    It applies at once, also to the tokens of programs that they gave access.
    """
    from openslot.identity.people import users  # noqa: PLC0415

    def change(tx: AccountTx, user: "User") -> None:
        try:
            users.change(tx, user, user.name, role)
        except Invalid as refusal:
            raise _with_names(refusal) from None

    _change(account, email, change)
    typer.echo(f"{account}: user {email} is {role}")


@commands.command("end-sessions")
def end_sessions(account: AccountName, email: Email) -> None:
    """Sign a user out everywhere.

    For a lost computer. The access that they gave to programs ends too. They can sign in again
    with the password they have.
    """
    from openslot.identity.people import users  # noqa: PLC0415

    _change(account, email, users.end_sessions)
    typer.echo(f"{account}: user {email} signed out everywhere")


@commands.command("list")
def list_users(account: AccountName, as_json: AsJson = False) -> None:
    """List the users of an account."""
    rows = read_account(account, _listed)
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo(f"{account} has no users; `openslot user create` makes them.")
    else:
        print_table(
            ("EMAIL", "ROLE", "STATE", "TOTP", "LAST SIGNED IN", "NAME"),
            [
                (
                    row["email"],
                    row["role"],
                    _state(row),
                    "yes" if row["hasSecondFactor"] else "no",
                    row["lastSignedInAt"] or "never",
                    row["name"],
                )
                for row in rows
            ],
        )


def _state(row: dict[str, Any]) -> str:
    if not row["active"]:
        return "disabled"
    return "active" if row["hasPassword"] else "invited"


def _listed(tx: AccountTx) -> list[dict[str, Any]]:
    from openslot.identity.people import users  # noqa: PLC0415

    found: list[User] = []
    while more := users.page(tx, found[-1].id if found else "", _PAGE):
        found += more
    return [_shown(user) for user in found]


def _shown(user: "User") -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "active": user.active,
        "createdAt": instant(user.created_at),
        "lastSignedInAt": instant(user.last_signed_in_at),
        "hasPassword": user.has_password,
        "hasSecondFactor": user.has_totp,
    }


@commands.command()
def disable(account: AccountName, email: Email) -> None:
    """Refuse a user from now on.

    Their sessions, and the access that they gave to programs, end permanently.
    """
    from openslot.identity.people import users  # noqa: PLC0415

    _change(account, email, users.disable)
    typer.echo(f"{account}: user {email} disabled")


@commands.command()
def enable(account: AccountName, email: Email) -> None:
    """Accept a disabled user again, with the password they had."""
    from openslot.identity.people import users  # noqa: PLC0415

    _change(account, email, users.enable)
    typer.echo(f"{account}: user {email} enabled")


@commands.command()
def delete(account: AccountName, email: Email) -> None:
    """Delete a disabled user permanently."""
    from openslot.identity.people import users  # noqa: PLC0415

    _change(account, email, users.delete)
    typer.echo(f"{account}: user {email} deleted")


@commands.command("reset-totp")
def reset_totp(account: AccountName, email: Email) -> None:
    """Turn off two-factor authentication for a user, until they set it up again.

    For a lost phone: make sure that the request comes from the user. Every session ends, and the
    access that they gave to programs.
    """
    from openslot.identity.people import second_factor  # noqa: PLC0415

    _change(account, email, second_factor.reset)
    typer.echo(f"{account}: user {email} signs in without a second factor")


def _change(account: str, email: str, change: Callable[[AccountTx, "User"], object]) -> None:
    from openslot.identity.people import users  # noqa: PLC0415

    write_account(account, lambda tx: change(tx, users.by_email(tx, email)))


def _print_invitation(url: str | None) -> None:
    if url is not None:
        typer.echo(
            f"Send them this link. It works once, for 7 days, and is not shown again:\n{url}"
        )
