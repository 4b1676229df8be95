"""Users: made, invited, changed, disabled, deleted, each in one account alone."""

import pytest

from databases import content, raw
from openslot.identity.model.roles import ROLES
from openslot.identity.model.user import User
from openslot.identity.people import invitations, sessions, users
from openslot.identity.people.invitations import LIFETIME_MS, UserDisabled
from openslot.identity.people.last_administrator import LastAdministrator
from openslot.identity.people.users import EmailTaken, UserStillActive
from openslot.identity.store import authorization_codes as codes
from openslot.identity.tokens import authorization_codes, grants
from openslot.kernel import scopes
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Invalid, NotFound
from openslot.storage.transactions import AccountTx

from .people import administrator, invitations_grow_older, made, trail
from .world import World

pytestmark = pytest.mark.anyio

DIGEST = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$NnNnZA"


def test_roles_hold_what_the_lower_ones_hold() -> None:
    """And every scope that a person may have is in one; what programs alone do is in none."""
    viewer, desk, planner, administrator_role = (set(ROLES[role]) for role in ROLES)
    assert viewer < desk < planner < administrator_role
    assert set(scopes.BOOKING) < viewer
    assert administrator_role == set(scopes.ALL) - {scopes.INTROSPECT, scopes.BOUNCES_WRITE}
    assert scopes.USERS_MANAGE not in planner
    assert scopes.APPOINTMENTS_OVERRIDE not in desk


async def test_an_invitation_lets_its_user_choose_a_password_once(world: World) -> None:
    """Nothing of it is kept that would let a reader of the database in."""
    database, acme = world.app.database, world.acme.id
    user, text = await database.write(acme, users.create, " Ann@Example.ORG ", " Ann ", "desk")
    assert (user.email, user.name, user.role) == ("ann@example.org", "Ann", "desk")
    assert (user.active, user.has_password, user.version) == (True, False, 2)
    assert (await database.read(acme, invitations.user_of, text)).id == user.id
    assert text.encode() not in _bytes_of(world)

    user = await database.write(acme, users.set_password, user, DIGEST, invitation=text)
    assert (user.has_password, user.version) == (True, 4)
    with pytest.raises(NotFound):
        await database.read(acme, invitations.user_of, text)
    with pytest.raises(NotFound):
        await database.write(acme, users.set_password, user, DIGEST, invitation=text)


async def test_an_invitation_is_of_one_account_and_one_user(world: World) -> None:
    """Whoever holds it cannot set anybody else's password."""
    database = world.app.database
    user, text = await database.write(world.acme.id, users.create, "a@example.org", "A", "desk")
    other = await made(world, "other@example.org")
    with pytest.raises(NotFound):
        await database.read(world.globex.id, invitations.user_of, text)
    with pytest.raises(NotFound):
        await database.write(world.acme.id, users.set_password, other, DIGEST, invitation=text)
    assert (await database.read(world.acme.id, invitations.user_of, text)).id == user.id


async def test_an_invitation_ends(world: World) -> None:
    """After a week, when there is another one, when a password is set, when they are disabled."""
    database, acme = world.app.database, world.acme.id

    async def counts(text: str) -> bool:
        try:
            await database.read(acme, invitations.user_of, text)
        except NotFound:
            return False
        return True

    user, text = await database.write(acme, users.create, "a@example.org", "A", "desk")
    await invitations_grow_older(world.app, LIFETIME_MS - 5_000)
    assert await counts(text)
    await invitations_grow_older(world.app, 5_000)
    assert not await counts(text)
    second = await database.write(acme, invitations.renew, user)
    third = await database.write(acme, invitations.renew, user)
    assert (await counts(second), await counts(third)) == (False, True)
    await database.write(acme, users.set_password, user, DIGEST, invitation=None)
    assert not await counts(third)
    fourth = await database.write(acme, invitations.renew, user)
    user = await database.write(acme, users.disable, user)
    assert not await counts(fourth)
    with pytest.raises(UserDisabled):
        await database.write(acme, invitations.renew, user)
    await database.write(acme, users.enable, user)
    assert not await counts(fourth)


async def test_inviting_again_ends_password_sessions_and_grants(world: World) -> None:
    """It is the way to a new password, and whoever knew the old one may be behind a grant."""
    database, acme = world.app.database, world.acme.id
    user = await made(world)
    session = await database.write(acme, sessions.start, user)
    await database.write(acme, _give, world, user)
    await database.write(acme, invitations.renew, user)
    assert await database.read(acme, sessions.find, session) is None
    assert not (await database.read(acme, users.by_id, user.id)).has_password
    assert await database.read(acme, grants.live_of_user, user.id) == []


async def test_an_address_is_taken_once_in_an_account_in_any_case(world: World) -> None:
    """Another account may have it too, and knows nothing of the first."""
    database = world.app.database
    user = await made(world, "ann@example.org")
    with pytest.raises(EmailTaken):
        await database.write(world.acme.id, users.create, "ANN@example.org", "Ann", "desk")
    foreign = await made(world, "ann@example.org", account="globex")
    assert (await database.read(world.acme.id, users.by_email, "Ann@EXAMPLE.org")) == user
    with pytest.raises(NotFound):
        await database.read(world.globex.id, users.by_id, user.id)
    assert await database.read(world.globex.id, users.page, "", 9) == [foreign]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        (("ann", "Ann", "desk"), ["email"]),
        (("ann@" + "x" * 250 + ".org", "Ann", "desk"), ["email"]),
        (("ann@exa mple.org", " ", "boss"), ["email", "name", "role"]),
        (("ann@example.org", "A\x00nn", "Desk"), ["name", "role"]),
        (("ann@example.org", "x" * 256, "desk"), ["name"]),
    ],
)
async def test_what_cannot_be_is_refused_with_every_fault(
    world: World, values: tuple[str, str, str], fields: list[str]
) -> None:
    """And nobody is made."""
    database, acme = world.app.database, world.acme.id
    with pytest.raises(Invalid) as refused:
        await database.write(acme, users.create, *values)
    assert [fault.field for fault in refused.value.faults] == fields
    assert await database.read(acme, users.page, "", 9) == []


async def test_white_space_around_an_address_is_none_of_it(world: World) -> None:
    database, acme = world.app.database, world.acme.id
    user, _ = await database.write(acme, users.create, " ann@example.org\n", "Ann", "desk")
    assert user.email == "ann@example.org"


async def test_disabling_ends_sessions_and_grants_at_once_and_for_good(world: World) -> None:
    """Enabling brings the password back, and nothing else; nobody else's end."""
    database, acme = world.app.database, world.acme.id
    user, other = await made(world), await made(world, "other@example.org")
    texts = [await database.write(acme, sessions.start, one) for one in (user, other)]
    for one in (user, other):
        await database.write(acme, _give, world, one)

    disabled = await database.write(acme, users.disable, user)
    assert (disabled.active, disabled.has_password) == (False, True)
    assert disabled.revoked_before > user.revoked_before
    assert await database.write(acme, users.disable, disabled) == disabled
    enabled = await database.write(acme, users.enable, disabled)
    assert enabled.active
    assert enabled.revoked_before > disabled.revoked_before

    found = [await database.read(acme, sessions.find, text) for text in texts]
    assert found[0] is None
    assert found[1] is not None
    live = [await database.read(acme, grants.live_of_user, one.id) for one in (user, other)]
    assert [len(some) for some in live] == [0, 1]


async def test_deleting_leaves_nothing_but_an_id_in_the_trail(world: World) -> None:
    """Only of a disabled user; the address can be used again."""
    database, acme = world.app.database, world.acme.id
    user = await made(world, "gone-for-good@example.org")
    await database.write(acme, sessions.start, user)
    await database.write(acme, _give, world, user)
    with pytest.raises(UserStillActive):
        await database.write(acme, users.delete, user)
    disabled = await database.write(acme, users.disable, user)
    await database.write(acme, users.delete, disabled)
    with pytest.raises(NotFound):
        await database.read(acme, users.by_id, user.id)
    with raw(world.app.settings.database_url) as connection:
        for table in ("users", "sessions", "consents", "authorization_codes", "grants"):
            count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert count == (0,), table
    await made(world, "gone-for-good@example.org")


async def test_the_last_active_administrator_stays(world: World) -> None:
    """By whoever calls the API; the operator at the machine may do as they please."""
    database, acme = world.app.database, world.acme.id
    ann = await made(world, "ann@example.org", "administrator")
    bob = await made(world, "bob@example.org", "administrator", password=None)
    await made(world, "foreign@example.org", "administrator", account="globex")
    by = administrator(ann, world)
    bob = await database.write(acme, users.disable, bob, by=by)
    with pytest.raises(LastAdministrator):
        await database.write(acme, users.disable, ann, by=by)
    with pytest.raises(LastAdministrator):
        await database.write(acme, users.change, ann, "Ann", "planner", by=by)
    await database.write(acme, users.change, ann, "Anna", "administrator", by=by)
    bob = await database.write(acme, users.enable, bob, by=by)
    ann = await database.write(acme, users.change, ann, "Anna", "viewer", by=by)
    assert ann.scopes == ROLES["viewer"]
    with pytest.raises(LastAdministrator):
        await database.write(acme, users.disable, bob, by=by)
    assert not (await database.write(acme, users.disable, bob)).active


async def test_the_trail_tells_who_did_what_and_no_names(world: World) -> None:
    """A change of nothing is no event."""
    database, acme = world.app.database, world.acme.id
    ann = await made(world, "ann@example.org", "administrator", password=None)
    by = administrator(ann, world)
    eve, text = await database.write(acme, users.create, "eve@example.org", "Eve", "desk", by=by)
    of_eve = Actor(acme, "user", eve.id, frozenset(), "192.0.2.9")
    eve = await database.write(acme, users.set_password, eve, DIGEST, invitation=text, by=of_eve)
    eve = await database.write(acme, users.change, eve, "Eva", "desk", by=by)
    eve = await database.write(acme, users.change, eve, "Eva", "planner", by=by)
    await database.write(acme, users.change, eve, "Eva", "planner", by=by)
    await database.write(acme, invitations.renew, eve, by=by)
    eve = await database.write(acme, users.disable, eve, by=by)
    eve = await database.write(acme, users.enable, eve, by=by)
    eve = await database.write(acme, users.disable, eve)
    await database.write(acme, users.delete, eve, by=by)
    events = await trail(world.app, acme)
    user = {"user": eve.id}
    assert events[1:] == [
        ("user.created", ann.id, {**user, "role": "desk"}),
        ("user.password_set", eve.id, {**user, "invited": True}),
        ("user.changed", ann.id, {**user, "renamed": True}),
        (
            "user.changed",
            ann.id,
            {**user, "renamed": False, "oldRole": "desk", "newRole": "planner"},
        ),
        ("user.invited", ann.id, user),
        ("user.disabled", ann.id, user),
        ("user.enabled", ann.id, user),
        ("user.disabled", "operator", user),
        ("user.deleted", ann.id, user),
    ]
    assert "Ev" not in repr(events)
    assert "@" not in repr(events)
    assert text not in repr(events)


async def test_pages_go_through_all(world: World) -> None:
    """In the order in which they were made, each once."""
    everybody = [await made(world, f"u{n}@example.org", password=None) for n in range(5)]
    found: list[User] = []
    while more := await world.app.database.read(
        world.acme.id, users.page, found[-1].id if found else "", 2
    ):
        assert len(more) <= 2
        found += more
    assert found == everybody


def _give(tx: AccountTx, world: World, user: User) -> None:
    text = authorization_codes.issue(
        tx,
        client=world.mobile,
        user=user,
        signed_in_at=tx.real_now,
        redirect_uri=None,
        code_challenge="x" * 43,
        dpop_jkt=None,
        scopes=(scopes.BOOK,),
    )
    code = codes.by_digest(tx, authorization_codes.digest_of(text))
    assert code is not None
    by = Actor(tx.account.id, "user", user.id, frozenset())
    grants.begin(tx, code=code, scopes=code.scopes, created_at=tx.real_now, dpop_jkt=None, by=by)


def _bytes_of(world: World) -> bytes:
    """Everything that is in the database, as text."""
    return content(world.app.settings.database_url).encode()
