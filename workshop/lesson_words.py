"""What the lesson says; figures are put into the places that have a name."""

from __future__ import annotations

from django.utils.translation import gettext as _


def plan() -> tuple[tuple[int, str, str], ...]:
    """Minutes, heading and words of each part of the lesson."""
    return (
        (
            5,
            _("Who pays when somebody falls ill?"),
            _(
                "Ask who knows a family that had to borrow or sell something for a hospital bill. No names. "
                "Collect what families do: save, borrow, sell, go without."
            ),
        ),
        (
            5,
            _("Everybody pays in"),
            _(
                "You are a village of %(families)s families, %(persons)s people. Share the stones out: "
                "each one is a family. All put their stones into the bowl: each stone is about %(price)s, "
                "as small families pay less and large ones more; together %(paid_in)s. Running the scheme "
                "costs %(running)s; %(pot)s is left for bills. Write it on the board."
            ),
        ),
        (
            15,
            _("Three years"),
            _(
                "Somebody rolls the die and reads the card of that number aloud. Take out of the pot what "
                "the card says and write down what is left; it stays for the next year. Everybody pays "
                "in again. Do this three times, whatever the die shows."
            ),
        ),
        (
            5,
            _("The same year without a pot"),
            _(
                "Read the last line of each card once more: what would the hardest hit family have paid "
                "alone? How many years of its price is that?"
            ),
        ),
        (
            7,
            _("A bad season"),
            _(
                "Turn up the card of the bad season without a warning. Does the pot last? Let them look "
                "for ways out before you show the last card."
            ),
        ),
        (
            8,
            _("Say it in one sentence"),
            _(
                "Ask the questions below. At the end each one says in one sentence why somebody pays and "
                "perhaps gets nothing back."
            ),
        ),
    )


def questions() -> tuple[tuple[str, str], ...]:
    """What to ask, and what to listen for."""
    return (
        (
            _("Who paid in and got nothing? Did they lose?"),
            _(
                "In the best year of the die %(nothing)s of %(families)s families got nothing, in the "
                "dearest one %(nothing_then)s. They were safe all the year: had they been struck, the pot "
                "would have paid."
            ),
        ),
        (
            _("Why not save alone, each family for itself?"),
            _(
                "Saving is good for small things. Nobody can save fast enough for a bill that is larger "
                "than many years of the price."
            ),
        ),
        (
            _("Would it be fair that only those pay who were ill?"),
            _("Nobody knows beforehand who it will be. That is why all pay before the year begins."),
        ),
        (
            _("How often is the pot of this village too small?"),
            _(
                "In %(alone)s of 100 years, if the village is alone. In a scheme of %(persons)s people in "
                "%(many)s of 100 years, as luck evens out among many. Money kept from good years is not "
                "counted."
            ),
        ),
        (
            _("Does it help to be many in a bad season?"),
            _(
                "Hardly: it strikes everybody at once. Even %(persons)s people would be short in %(bad)s "
                "of 100 such years. Only money kept from good years, or an insurer far away, helps."
            ),
        ),
        (
            _("What does the pot not pay?"),
            _(
                "What is not in the package, and what is above its limits. Ask where they would look that "
                "up: on the member sheet."
            ),
        ),
    )
