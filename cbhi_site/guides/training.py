"""The training example: what to do on each stage, and which of it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from cbhi_site.guides.training_queries import Done
from schemes.models import Scheme

Words = str | Promise
MINUTES = 30


@dataclass(frozen=True, kw_only=True)
class Tick:
    """Something that the site can see for itself."""

    text: Words
    is_done: Callable[[Done], bool]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One stage of the training: what to do, where, and by what it is seen to be done.

    `way` gives the address to go to, `also` a second one with its words; `permission` is what doing it needs;
    `help` is the key of a help topic.
    """

    title: Words
    minutes: int
    to_do: tuple[Words, ...]
    go: Words
    way: Callable[[Scheme, Done], str]
    permission: Permission
    ticks: tuple[Tick, ...]
    help: str
    also: tuple[Words, Callable[[Scheme, Done], str]] | None = None


def _of_scheme(name: str) -> Callable[[Scheme, Done], str]:
    return lambda scheme, _done: reverse(name, args=[scheme.pk])


def _survey(scheme: Scheme, done: Done) -> str:
    if done.survey is None:
        return reverse("survey:surveys", args=[scheme.pk])
    return reverse("survey:survey", args=[done.survey.pk])


def _take_over(scheme: Scheme, done: Done) -> str:
    if done.estimates is None:
        return _survey(scheme, done)
    return reverse("survey:estimates", args=[done.estimates.pk])


def _session(scheme: Scheme, done: Done) -> str:
    if done.session is None:
        return reverse("workshop:sessions", args=[scheme.pk])
    return reverse("workshop:session", args=[done.session.pk])


def _year(scheme: Scheme, done: Done) -> str:
    if done.year is None:
        return reverse("experience:years", args=[scheme.pk])
    return reverse("experience:year", args=[done.year.pk])


LESSONS: Sequence[Lesson] = (
    Lesson(
        title=_("Survey"),
        minutes=3,
        to_do=(
            _(
                "1,000 invented households were visited for you. Some would not answer, as in any village: "
                "see how many did, and how many persons and events the file holds."
            ),
            _(
                "Find out: over how many days were people asked about hospital stays, and about small "
                "illness?"
            ),
        ),
        go=_("To the survey"),
        way=_survey,
        permission=Permission.SURVEY,
        ticks=(Tick(text=_("The survey is read"), is_done=lambda done: done.is_read),),
        help="survey",
    ),
    Lesson(
        title=_("Assumptions"),
        minutes=4,
        to_do=(
            _(
                "Look at hospital stays: how often, how dear, and how wide is the range? In truth there "
                "are 4.5 stays in 100 persons a year, at 17,500 each."
            ),
            _(
                "Press Compare with the present assumptions, then Take over: the survey's figures become the "
                "assumptions."
            ),
        ),
        go=_("To the estimates"),
        way=_take_over,
        permission=Permission.SURVEY,
        ticks=(Tick(text=_("The survey is taken over"), is_done=lambda done: done.is_taken_over),),
        help="estimates",
    ),
    Lesson(
        title=_("Simulation"),
        minutes=2,
        to_do=(
            _(
                "In the calculator, save the terms as they stand as a first package. The run starts by "
                "itself."
            ),
            _("Open the run and see whether both ways of reckoning agree."),
        ),
        go=_("To the calculator"),
        way=_of_scheme("calculator:sheet"),
        permission=Permission.PACKAGES,
        ticks=(Tick(text=_("A package is simulated"), is_done=lambda done: done.is_simulated),),
        help="runs",
        also=(_("To the runs"), _of_scheme("calculator:runs")),
    ),
    Lesson(
        title=_("Premium"),
        minutes=4,
        to_do=(
            _("Pay at most 5,000 for a hospital stay and 15,000 a family a year. Read the price."),
            _("Switch injury off and on again, and watch what it adds."),
            _("Save it as a new package and give it a name that people understand."),
        ),
        go=_("To the calculator"),
        way=_of_scheme("calculator:sheet"),
        permission=Permission.PACKAGES,
        ticks=(Tick(text=_("Two packages are saved"), is_done=lambda done: len(done.packages) > 1),),
        help="calculator",
    ),
    Lesson(
        title=_("Packages"),
        minutes=3,
        to_do=(
            _("Make one more package that costs about half as much. What did you have to leave out?"),
            _("Open both. Which one leaves a family more to pay after a long hospital stay?"),
        ),
        go=_("To the packages"),
        way=_of_scheme("calculator:packages"),
        permission=Permission.PACKAGES,
        ticks=(Tick(text=_("Three packages are saved"), is_done=lambda done: len(done.packages) >= 3),),
        help="packages",
    ),
    Lesson(
        title=_("Shortlist"),
        minutes=3,
        to_do=(
            _("Put the last two packages on the shortlist."),
            _("Compare them: what does a family still pay in a bad year?"),
        ),
        go=_("To the shortlist"),
        way=_of_scheme("workshop:shortlist"),
        permission=Permission.WORKSHOP,
        ticks=(Tick(text=_("Two packages are on the shortlist"), is_done=lambda done: done.listed > 1),),
        help="shortlist",
    ),
    Lesson(
        title=_("CHAT board"),
        minutes=5,
        to_do=(
            _("Print the board, or download it as PDF, in the language of your village."),
            _(
                "Make a session with one group of 10 people and enter their votes: 6 for one package, 4 "
                "for the other."
            ),
        ),
        go=_("To the board"),
        way=_of_scheme("workshop:board"),
        permission=Permission.WORKSHOP,
        ticks=(
            Tick(text=_("The board is printed"), is_done=lambda done: done.is_board_printed),
            Tick(text=_("Votes are counted"), is_done=lambda done: done.is_voted),
        ),
        help="sessions",
        also=(_("To the sessions"), _session),
    ),
    Lesson(
        title=_("Choice"),
        minutes=3,
        to_do=(
            _(
                "Choose the package that won. As first day of cover type the first day of last month, so "
                "that a month of claims is over. Then read the resolution and the member sheet."
            ),
        ),
        go=_("To the choice"),
        way=_of_scheme("workshop:choice"),
        permission=Permission.ADMIN,
        ticks=(Tick(text=_("A package is chosen"), is_done=lambda done: done.is_chosen),),
        help="choice",
    ),
    Lesson(
        title=_("Years"),
        minutes=3,
        to_do=(
            _(
                "Open the year on the first day of cover, as it is filled in. Type the claims of its first "
                "month: 20 hospital claims, 80,000 paid."
            ),
            _("Look at Actual against expected: is that more than chance?"),
        ),
        go=_("To the years"),
        way=_year,
        permission=Permission.SCHEME,
        ticks=(
            Tick(text=_("A year is open"), is_done=lambda done: done.year is not None),
            Tick(text=_("Claims of a month are entered"), is_done=lambda done: done.has_claims),
        ),
        help="years",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One lesson on one scheme."""

    number: int
    lesson: Lesson
    url: str
    also: str
    ticks: tuple[tuple[Words, bool], ...]

    @property
    def is_done(self) -> bool:
        return all(done for _text, done in self.ticks)


@dataclass(frozen=True)
class Training:
    """The whole list for one scheme."""

    scheme: Scheme
    done: Done

    @property
    def steps(self) -> list[Step]:
        return [
            Step(
                number=number,
                lesson=lesson,
                url=lesson.way(self.scheme, self.done),
                also=lesson.also[1](self.scheme, self.done) if lesson.also else "",
                ticks=tuple((tick.text, tick.is_done(self.done)) for tick in lesson.ticks),
            )
            for number, lesson in enumerate(LESSONS, start=1)
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether a worker still asks the invented households."""
        return self.done.survey is None
