"""People who do not exist, for the demo."""

import random

from openslot.scheduling.model.customers.customers import Customer

_FIRST_NAMES = "Anna Bram Chloé Daan Emma Fadi Gijs Hanna Ilse Jayden Kofi Lotte Milan Noor Sven"
_LAST_NAMES = "de Jong,Jansen,Bakker,van Dijk,Visser,El Amrani,Martina,Smit,Yılmaz,Ng,Meijer,Bos"


def customer(luck: random.Random) -> Customer:
    """Somebody; the same luck gives the same people."""
    first = luck.choice(_FIRST_NAMES.split())
    last = luck.choice(_LAST_NAMES.split(","))
    number = luck.randint(0, 99_999_999)
    return Customer(
        identifier=f"demo{number:010d}",
        first_name=first,
        last_name=last,
        email=f"person{number}@example.org",
        phone_number=f"+316{number:08d}" if luck.random() < 0.7 else None,
        date_of_birth=f"{luck.randint(1940, 2008)}-{luck.randint(1, 12):02d}-15",
    )
