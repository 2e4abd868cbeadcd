"""What is known about the people and programs a roster names: loaded once, kept up while rows are taken over."""

import re

from engagements.actions import people
from engagements.models import Engagement, Executive, Organization, Program, User
from engagements.permissions import is_administrator


def name_in(address):
    """A first guess at a name, until the person writes it: "anna.berg@…" becomes "Anna Berg"."""
    words = re.split(r"[._+-]+", address.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word)[:120] or address[:120]


class RosterBook:
    """Looks things up by what a row calls them. `by` is None for the operator.

    A program manager's book holds own programs and the executives of visible engagements only, so that no
    verdict tells of anything else.
    """

    def __init__(self, by):
        self.by = by
        self.is_for_all = by is None or is_administrator(by)
        programs = Program.objects.select_related("organization")
        executives = Executive.objects.select_related("organization")
        engagements = Engagement.objects.with_people()
        if not self.is_for_all:
            programs, executives = programs.managed_by(by), executives.visible_to(by)
            engagements = engagements.managed_by(by)
        self._organizations = {row.name.casefold(): row for row in self._seen_organizations(programs)}
        self._programs = {(row.organization.name.casefold(), row.name.casefold()): row for row in programs}
        self._executives: dict[str, list[Executive]] = {}
        for executive in executives.order_by("pk"):
            self._executives.setdefault(executive.email.lower(), []).append(executive)
        self._users = {user.email.lower(): user for user in User.objects.select_related("coach_profile")}
        self._engagements: dict[tuple, list[Engagement]] = {}
        for engagement in engagements.order_by("-starts_on", "pk"):
            key = (engagement.program_id, engagement.executive.email.lower())
            self._engagements.setdefault(key, []).append(engagement)
        self._first_rows: dict[tuple, object] = {}
        self._announced: set = set()

    def _seen_organizations(self, programs):
        return Organization.objects.all() if self.is_for_all else [program.organization for program in programs]

    # --- looking up ---

    def program(self, row):
        """The program a row names, or None."""
        return self._programs.get((row.values["organization"].casefold(), row.values["program"].casefold()))

    def may_import_into(self, program):
        """Everybody's book but a program manager's may also make new programs."""
        return self.is_for_all or program is not None

    def engagement(self, row):
        """The engagement a row is about: the one that began on that day, else the open one."""
        program = self.program(row)
        known = self._engagements.get((program.pk, row.values["executive_email"]), []) if program else []
        same_start = [one for one in known if one.starts_on == row.values["starts_on"]]
        return next(iter(same_start or [one for one in known if one.is_open]), None)

    def _executive(self, row):
        known = self._executives.get(row.values["executive_email"], [])
        name = row.values["organization"].casefold()
        return next((one for one in known if one.organization.name.casefold() == name), None)

    def other_employer(self, row):
        """Name of another organization where this address is known, and "" when it is known here too or nowhere."""
        known = self._executives.get(row.values["executive_email"], [])
        return "" if not known or self._executive(row) else known[0].organization.name

    def is_no_coach(self, address):
        """An account that is no coach; only an administrator or the operator makes it one."""
        user = self._users.get(address)
        return user is not None and not self._is_coach(user) and not self.is_for_all

    def _is_coach(self, user):
        profile = getattr(user, "coach_profile", None)
        return profile is not None and profile.ended_at is None

    def news(self, row):
        """What comes into being with a row, beside the engagement; each is said once."""
        values = row.values
        program, address = (values["organization"].casefold(), values["program"].casefold()), values["coach_email"]
        user = self._users.get(address)
        if self.program(row) is None and program not in self._announced:
            yield "New program."
        if user is None and address not in self._announced:
            yield f"New coach account {address}, inactive until invited."
        elif user is not None and not self._is_coach(user) and address not in self._announced:
            yield f"{user} becomes a coach."
        self._announced |= {program, address}

    def note_person(self, row):
        """Remembers the first row about an executive."""
        self._first_rows.setdefault(self._person_key(row), row)

    def first_row_about(self, row):
        """The first row about this executive; the row itself when there is none before it."""
        return self._first_rows.get(self._person_key(row), row)

    def _person_key(self, row):
        return row.values["organization"].casefold(), row.values["executive_email"]

    # --- making what is missing ---

    def make_organization(self, row, now):
        name = row.values["organization"]
        if name.casefold() not in self._organizations:
            self._organizations[name.casefold()] = people.add_organization(name=name, by=self.by, now=now)
        return self._organizations[name.casefold()]

    def make_program(self, row, organization, now, time_zone):
        key = (organization.name.casefold(), row.values["program"].casefold())
        if key not in self._programs:
            self._programs[key] = people.add_program(
                organization=organization, name=row.values["program"], time_zone=time_zone, by=self.by, now=now
            )
        return self._programs[key]

    def make_coach(self, row, now, time_zone):
        address = row.values["coach_email"]
        user = self._users.get(address)
        if user is None:
            name = row.values["coach_name"] or name_in(address)
            user = people.add_person(email=address, name=name, time_zone=time_zone, by=self.by, now=now)
            self._users[address] = user
        if not self._is_coach(user):
            user.coach_profile = people.make_coach(user=user, by=self.by, now=now)
        return user

    def make_executive(self, row, organization, now, time_zone):
        known = self._executive(row)
        if known is None:
            values = row.values
            # Somebody of this organization whom a program manager does not see is still the same person.
            unseen = Executive.objects.filter(organization=organization, email__iexact=values["executive_email"])
            known = unseen.first() or people.add_executive(
                organization=organization,
                name=values["executive_name"],
                email=values["executive_email"],
                role=values["role"] or "",
                time_zone=time_zone,
                by=self.by,
                now=now,
            )
            self._executives.setdefault(known.email, []).append(known)
        return known
