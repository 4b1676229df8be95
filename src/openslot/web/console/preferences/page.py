"""`/console/me`: language, appearance and letter keys, kept with the user."""

from openslot.identity.actions import SET_PREFERENCES
from openslot.identity.model.preferences import Preferences
from openslot.kernel.errors import Invalid
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.formats.languages import LANGUAGES, words_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response

_KEYS_ON = "yes"


class PreferencesPage:
    """The page, and what its button does."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The preferences as they are."""
        mine = request.preferences
        stored = {
            "language": mine.language,
            "appearance": mine.appearance,
            "letter_keys": _KEYS_ON if mine.letter_keys else "",
        }
        return self._page(request, FormValues(stored, request.typed))

    async def save(self, request: ConsoleRequest) -> Response:
        """Keeps what was chosen; the next page is in the language that was."""
        form = request.form
        wanted = Preferences(
            form.one("language"), form.one("appearance"), form.one("letter_keys") == _KEYS_ON
        )
        try:
            await self._console.run(request, SET_PREFERENCES, wanted)
        except Invalid as refusal:
            faults = faults_of(refusal, request.words)
            return self._page(request, FormValues({}, form, faults))
        words = words_of(wanted.language) if wanted.language else request.words
        return self._console.see_other(request, "/console/me", words.say("Saved"))

    def _page(self, request: ConsoleRequest, form: FormValues) -> Response:
        say = request.words.say
        values = {
            "languages": [("", say("As the browser")), *LANGUAGES.items()],
            "appearances": [
                ("", say("As the system")),
                ("light", say("Light")),
                ("dark", say("Dark")),
            ],
            "own_account": f"/accounts/{request.account.name}/me",
        }
        status = 422 if form.faults else 200
        page = ConsolePage(
            say("Preferences"), "preferences/preferences.html", values, form, status=status
        )
        return self._console.page(request, page)
