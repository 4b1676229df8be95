"""Account files for the command line's tests."""

BOOK = "com.qmatic.saas.appointments/external.appointment.book"


def account_file(account: str, *, name: str = "Acme", desk: bool = True) -> str:
    """A small account file."""
    text = f"""\
account: {account}
name: {name}
branches:
  - {{key: centre, name: Centre, timeZone: Europe/Amsterdam}}
services:
  - key: passport
    name: Passport
    durationMinutes: 30
    slotStepMinutes: 15
    resourceTypes: [desk]
    branches: [centre]
clients:
  - {{key: website, name: Website, grants: [client_credentials], scopes: [{BOOK}]}}
  - key: app
    name: App
    grants: [authorization_code, refresh_token]
    scopes: [{BOOK}]
    redirectUris: ["https://app.example.org/callback"]
    tokenEndpointAuthMethod: none
"""
    if desk:
        text += """\
resources:
  - {key: desk-1, branch: centre, name: Desk 1, type: desk, services: [passport]}
"""
    return text
