"""What the demo prints before it serves: addresses, clients, and commands that work when pasted."""

from collections.abc import Sequence

from openslot.cli.demo.account import ACCOUNT, Demo, DemoClient, today
from openslot.cli.demo.folder import DemoFolder

_BRANCHES = "/calendar-backend/public/api/v1/branches"

# Python picks values out of responses: it is always there, jq may not be.
_COMMANDS = """\
# 1. A token, valid for an hour. `pick` takes a value out of a response.
api={url}
pick() {{ python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }}
token=$(curl -sS -u {client_id}:{client_secret} -H 'X-ACCOUNT: {account}' \
-d grant_type=client_credentials "$api/oauth2/token" | pick '["access_token"]')
call() {{ curl -sS -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; }}

# 2. What can be booked where: take the first service of the first branch.
services=$(call "$api/external/v1/services")
branch=$(printf '%s' "$services" | pick '[0]["branch"]["id"]')
service=$(printf '%s' "$services" | pick '[0]["services"][0]["id"]')
printf '%s' "$services" | pick '[0]["services"][0]["name"]'

# 3. When: take the first two starts.
slots=$(call "$api/external/v1/branches/$branch/services/$service/timeslots?limit=2")
first=$(printf '%s' "$slots" | pick '[0]["startTime"]')
second=$(printf '%s' "$slots" | pick '[1]["startTime"]')
echo "$first or $second"

# 4. Hold the first one for a quarter of an hour.
appointment=$(call "$api/external/v1/reservations" -d '{{"serviceId": "'$service'", \
"branchId": "'$branch'", "timeSlot": {{"startTime": "'$first'"}}}}' | pick '["appointmentId"]')
call "$api/external/v1/reservations/$appointment" | pick '["expiresAt"]'

# 5. Confirm it. Without `| pick …` you see the whole response.
call "$api/external/v1/reservations/$appointment/confirm" -d '{{"personalIdentifier": \
"demo0000000001", "firstName": "Sam", "lastName": "Jansen", "email": "sam@example.org"}}' \
| pick '["status"]'

# 6. Move it to the second one.
reservation=$(call "$api/external/v1/reservations" -d '{{"serviceId": "'$service'", \
"branchId": "'$branch'", "timeSlot": {{"startTime": "'$second'"}}, \
"rescheduledAppointmentId": "'$appointment'"}}' | pick '["appointmentId"]')
call -X PUT "$api/external/v1/appointments/$appointment" \
-d '{{"reservationId": "'$reservation'"}}' | pick '["timeSlot"]["startTime"]'

# 7. Cancel it, and look: 204, then CANCELLED.
call -X DELETE -w '%{{http_code}}\\n' "$api/external/v1/appointments/$appointment"
call "$api/external/v1/appointments/$appointment" | pick '["status"]'
"""


def text_of(url: str, folder: DemoFolder, demo: Demo) -> str:
    """All that somebody who tries the demo needs to know."""
    return "\n".join(
        (
            f"Openslot demo: account {ACCOUNT} in {folder.database}",
            *_age_lines(folder, demo),
            "",
            f"Booking page: {url}/book/{ACCOUNT}",
            f"Console: {url}/console/sign-in?account={ACCOUNT}",
            f"  administrator {demo.administrator.email}",
            f"  password {demo.administrator.password}",
            "",
            f"  booking API     {url}/external/v1",
            f"  its reference   {url}/docs",
            f"  OpenAPI         {url}/external/v1/openapi.json",
            f"  token endpoint  {url}/oauth2/token (with the header X-ACCOUNT: {ACCOUNT})",
            "",
            *_client_lines(demo.clients),
            "  for programs that speak to Orchestra, with an API key "
            f"(reference: {url}/docs/orchestra):",
            f"    curl -sS -H 'X-Api-Key: {demo.api_key}' {url}{_BRANCHES}",
            f"(saved in {folder.credentials}; anywhere else a secret is shown once)",
            "",
            "Paste this into another terminal, all at once or step by step:",
            "",
            commands(url, demo.clients),
        )
    )


def _age_lines(folder: DemoFolder, demo: Demo) -> list[str]:
    """What to do with a demo whose day is over."""
    if demo.made_on == today():
        return []
    made = f"on {demo.made_on}" if demo.made_on else "on an earlier day"
    return [
        f"It was made {made}, and so has few visits today. "
        f"For a new one, stop it, run rm {folder.database}* and start it again."
    ]


def commands(url: str, clients: Sequence[DemoClient]) -> str:
    """From a token to a cancelled appointment, for any POSIX shell with curl and python3."""
    client = max(clients, key=_booking_scopes)
    return _COMMANDS.format(
        url=url,
        account=ACCOUNT,
        client_id=client.client_id,
        client_secret=client.client_secret,
    )


def _booking_scopes(client: DemoClient) -> int:
    return sum("/external.appointment." in scope for scope in client.scopes)


def _client_lines(clients: Sequence[DemoClient]) -> list[str]:
    lines = []
    for client in clients:
        may = ", ".join(scope.rpartition(".")[2] for scope in client.scopes)
        lines.append(f"  client {client.key}: {may}")
        lines.append(f"    id {client.client_id}  secret {client.client_secret}")
    return lines
