"""Accounts, coach profiles, executives, and who manages a program."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction

from engagements.actions.audit import record
from engagements.actions.letters import tell_old_address
from engagements.actions.pool import check_size, lock_pool
from engagements.actions.standings import keep_standings_of
from engagements.models import CoachProfile, Executive, Organization, Program, ProgramManager, User


class NameTaken(Exception):
    """The organization has a program of this name already."""


class AddressTaken(Exception):
    """The organization has another executive with this e-mail address already."""


@transaction.atomic
def add_person(*, email, name, by, now, time_zone="Europe/London", is_active=False, is_administrator=False):
    """An account without a password: inactive until its invitation is accepted."""
    person = User.objects.create_user(
        email,
        None,
        name=name,
        time_zone=time_zone,
        is_active=is_active,
        is_administrator=is_administrator,
        joined_at=now,
        invited_at=now,
    )
    record(by=by, verb="person.added", subject=person, now=now)
    return person


@transaction.atomic
def make_coach(*, user, by, now, **profile):
    """Gives a person a coach profile, or opens an ended one again."""
    coach_profile, made = CoachProfile.objects.get_or_create(user=user, defaults=profile)
    if not made and coach_profile.ended_at is not None:
        coach_profile.ended_at = None
        coach_profile.save(update_fields=["ended_at"])
    record(by=by, verb="person.made_coach", subject=user, now=now)
    return coach_profile


@transaction.atomic
def edit_own_profile(*, user, by, now, coach=None, **own):
    """Name, zone and reminders, and for a coach what program managers match by."""
    changed = _set(user, own)
    if coach and user.holds_coach_profile:
        changed += _set(CoachProfile.objects.get(user=user), coach)
    if changed:
        record(by=by, verb="person.profile_edited", subject=user, now=now, detail={"fields": changed})
    if "name" in changed:
        keep_standings_of(coach=user, now=now)
    return user


def _set(row, changes):
    """Saves what differs and returns the names of those fields."""
    changed = sorted(name for name, value in changes.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        row.save(update_fields=changed)
    return changed


@contextmanager
def _unless_taken(taken):
    """Turns the database's no to a second row of the same name into an exception of ours."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "unique" in str(error).lower():
            raise taken from error
        raise


@transaction.atomic
def add_organization(*, name, by, now):
    organization = Organization.objects.create(name=name)
    record(by=by, verb="organization.added", subject=organization, now=now)
    return organization


@transaction.atomic
def add_executive(*, organization, name, email, by, now, **details):
    """An executive of a client organization; no account comes with it. Raises AddressTaken."""
    with _unless_taken(AddressTaken):
        executive = Executive.objects.create(
            organization=organization, name=name, email=email.strip().lower(), **details
        )
    record(by=by, verb="executive.added", subject=executive, now=now)
    return executive


@transaction.atomic
def edit_executive(*, executive, by, now, **changes):
    """Records which fields changed, not from what to what. Raises AddressTaken.

    With the address the links mailed to the old one end; whoever reads it is told.
    """
    old = executive.email
    with _unless_taken(AddressTaken):
        changed = _set(executive, changes)
    if "email" in changed:
        end_old_address(executive=executive, address=old, now=now)
    if changed:
        record(by=by, verb="executive.edited", subject=executive, now=now, detail={"fields": changed})
    if {"name", "email"} & set(changed):
        keep_standings_of(executive=executive, now=now)
    return executive


def end_old_address(*, executive, address, now):
    """Links that were mailed there open nothing any more. The same address in other letters is the same."""
    if address.lower() == executive.email.lower():
        return
    executive.address_changed_at = now
    executive.save(update_fields=["address_changed_at"])
    tell_old_address(address=address, now=now)


@transaction.atomic
def add_program(*, organization, name, by, now, **rules):
    program = Program.objects.create(organization=organization, name=name, created_at=now, **rules)
    record(by=by, verb="program.added", subject=program, program_id=program.pk, now=now)
    return program


@transaction.atomic
def edit_program(*, program, by, now, **changes):
    """New rules hold for engagements to come; running ones keep theirs. Raises NameTaken, PoolTooSmall."""
    if changes.get("session_pool") is not None:
        check_size(lock_pool(program.pk), changes["session_pool"])
    with _unless_taken(NameTaken):
        changed = _set(program, changes)
    if changed:
        detail = {"fields": changed}
        record(by=by, verb="program.edited", subject=program, program_id=program.pk, now=now, detail=detail)
    if "name" in changed:
        keep_standings_of(program=program, now=now)
    return program


@transaction.atomic
def add_manager(*, program, user, by, now):
    """Puts a person in charge of a program; twice is once."""
    membership, made = ProgramManager.objects.get_or_create(
        program=program, user=user, removed_at=None, defaults={"added_at": now}
    )
    if made:
        record(by=by, verb="program.manager_added", subject=membership, program_id=program.pk, now=now)
    return membership


@transaction.atomic
def remove_manager(*, membership, by, now):
    """Ends a charge; rights end with the next request."""
    membership.removed_at, membership.removed_by = now, by
    membership.save(update_fields=["removed_at", "removed_by"])
    record(by=by, verb="program.manager_removed", subject=membership, program_id=membership.program_id, now=now)
    return membership
