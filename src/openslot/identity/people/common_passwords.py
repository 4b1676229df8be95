"""Passwords that are tried first, of those long enough to be accepted at all, in lowercase.

Shorter ones need no list: the length refuses them. NIST SP 800-63B §5.1.1.2 asks for such a list.
"""

_DIGITS = ("123456789012", "1234567890123", "012345678901", "987654321098")
_ROWS = ("qwertyuiop12", "qwertyuiopas", "qwertyuiopasdfghjkl", "qwertzuiopas",
         "azertyuiopqs", "asdfghjkl123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "qazwsxedcrfv",
         "zaq12wsxcde3", "q1w2e3r4t5y6", "qwerty123456", "qwertz123456", "azerty123456",
         "qwerty1234567", "asdfasdfasdf", "qweqweqweqwe", "qweasdzxc123", "1qaz2wsx3edc4rfv",
         "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnopqrstuvwxyz", "abcdef123456",
         "abc123abc123", "abcd1234abcd", "abcd12345678", "a1b2c3d4e5f6")  # fmt: skip
_WORDS = ("passwordpassword", "password1234", "password12345", "password123456", "password123!",
          "password1234!", "passw0rd1234", "p@ssw0rd1234", "p@ssword1234", "mypassword123",
          "wachtwoord12", "wachtwoord123", "wachtwoord1234", "passwort1234", "passwort12345",
          "passwort123456", "motdepasse123", "motdepasse1234", "contrasena123", "changemeplease",
          "changeme1234", "changeme12345", "letmeinplease", "letmein12345", "letmein123456",
          "welkom123456", "welkom012345", "willkommen123", "willkommen1234", "bienvenue123",
          "welcome12345", "welcome123456", "welcome12345!", "administrator", "administrator1",
          "administrator123", "administrateur", "adminadminadmin", "admin1234567", "admin12345678",
          "admin123admin", "rootrootroot", "secretsecret", "secret123456", "iloveyou1234",
          "iloveyouforever", "iloveyousomuch", "liverpool123", "manchesterunited", "football1234",
          "basketball123", "sunshine1234", "princess1234", "superman1234", "starwars1234",
          "trustno1trustno1", "correcthorsebatterystaple", "correct horse battery staple",
          "thisismypassword", "thisisapassword", "openslot1234", "openslot12345",
          "openslotopenslot", "appointments", "appointment123")  # fmt: skip

COMMON_PASSWORDS = frozenset((*_DIGITS, *_ROWS, *_WORDS))
