"""Puts the people and programs of the demo into the database, through the product's own actions."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password

from coaching.demo import cast
from engagements.actions.people import add_manager, add_organization, add_person, add_program, make_coach
from engagements.models import Organization, Program, User

LONG_AGO = timedelta(weeks=130)  # before the oldest engagement
NOT_RULES = ("name",)


class People:
    """Coaches, managers and programs by their number; made when first asked for, found when there already."""

    def __init__(self, *, password, now, is_hashed=False):
        self.now, self.since = now, now - LONG_AGO
        self.password = password if is_hashed else make_password(password)  # once for all: it is meant to be slow
        self._coaches, self._managers, self._programs, self._organizations = {}, {}, {}, {}
        self.administrator = self._person(cast.ADMINISTRATOR_EMAIL, cast.ADMINISTRATOR_NAME, is_administrator=True)

    def who_can_sign_in(self):
        """Those that are named on the sign-in page, however few engagements there are."""
        self.coach(0)
        self.program(0)
        self.program(cast.PROGRAM_OF_COACH_AND_MANAGER)

    def coach(self, number):
        if number not in self._coaches:
            user = self._person(cast.coach_email(number), cast.coach_name(number), time_zone=cast.coach_zone(number))
            credentials = cast.CREDENTIALS[number % len(cast.CREDENTIALS)]
            make_coach(user=user, by=self.administrator, now=self.since, credentials=credentials, languages="English")
            self._coaches[number] = user
        return self._coaches[number]

    def manager(self, number):
        if number not in self._managers:
            self._managers[number] = self._person(cast.manager_email(number), cast.manager_name(number))
        return self._managers[number]

    def program(self, number):
        """The program with everybody who manages it."""
        if number not in self._programs:
            self._programs[number] = self._program(number)
        return self._programs[number]

    def organization(self, number):
        if number not in self._organizations:
            name = cast.organization_name(number)
            known = Organization.objects.filter(name=name).first()
            self._organizations[number] = known or add_organization(name=name, by=self.administrator, now=self.since)
        return self._organizations[number]

    def _program(self, number):
        rules, organization = cast.rules_of(number), self.organization(cast.organization_of(number))
        terms = {name: getattr(rules, name) for name in rules.__dataclass_fields__ if name not in NOT_RULES}
        program = Program.objects.filter(organization=organization, name=rules.name).first() or add_program(
            organization=organization, name=rules.name, by=self.administrator, now=self.since, **terms
        )
        managers = [self.manager(cast.manager_of(number))]
        if number >= cast.PROGRAMS_PER_CIRCLE:
            managers.append(self.manager(cast.HEAD))
        if number == cast.PROGRAM_OF_COACH_AND_MANAGER:
            managers.append(self.coach(cast.COACH_AND_MANAGER))
        for user in managers:
            add_manager(program=program, user=user, by=self.administrator, now=self.since)
        return program

    def _person(self, email, name, **fields):
        known = User.objects.by_email(email).first()
        if known:
            return known
        by = getattr(self, "administrator", None)
        person = add_person(email=email, name=name, by=by, now=self.since, is_active=True, **fields)
        person.password = self.password
        person.save(update_fields=["password"])
        return person
