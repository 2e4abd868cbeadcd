"""People: accounts, coach profiles, executives, and the client organizations they belong to."""

import zoneinfo
from functools import cached_property

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone

from engagements import permissions
from engagements.models.identity import Identified, between, longest, plain_line, within_dates


def known_time_zone(value: str) -> None:
    """Refuses a name that is no IANA time zone."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"“{value}” is not a time zone we know. Use a name such as Europe/Berlin.")


class Language(models.TextChoices):
    """Languages an executive may prefer; the instrument falls back to English where it is not translated."""

    ENGLISH = "en", "English"
    GERMAN = "de", "German"
    FRENCH = "fr", "French"
    SPANISH = "es", "Spanish"
    ITALIAN = "it", "Italian"
    DUTCH = "nl", "Dutch"


class TrustOrientation(models.TextChoices):
    """What this executive looks for first; set by the coach from the person, never from nationality."""

    BALANCED = "BALANCED", "Balanced"
    COGNITIVE = "COGNITIVE", "Cognitive-leaning"
    RELATIONAL = "RELATIONAL", "Relational-leaning"


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def coaches(self):
        return self.filter(coach_profile__isnull=False, coach_profile__ended_at__isnull=True)

    def coaching_for(self, user):
        """Coaches in the programs this person manages."""
        return self.filter(permissions.people_coaching_for(user))

    def offered_to(self, user, besides=None):
        """Coaches whom this person may ask, and `besides`: one who is asked already."""
        return self.filter(permissions.coaches_offered_to(user) | Q(pk=besides))

    def by_email(self, email):
        return self.filter(email__iexact=email.strip())

    def with_roles(self):
        """Fills holds_coach_profile and manages_a_program, which are otherwise asked for one by one."""
        profiles = CoachProfile.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
        charges = apps.get_model("engagements", "ProgramManager").objects
        return self.annotate(
            holds_coach_profile=Exists(profiles),
            manages_a_program=Exists(charges.filter(user=OuterRef("pk"), removed_at__isnull=True)),
        )

    def with_open_engagements(self):
        """Adds open_engagements: how many this person coaches that have not ended."""
        not_ended = Q(engagements__isnull=False, engagements__ended_on__isnull=True)
        return self.annotate(open_engagements=Count("engagements", filter=not_ended))

    def in_order(self):
        return self.order_by(Lower("name"), "pk")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        """Makes an account without an audit row; use actions.invite_person for people."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_administrator=True, **fields)


class User(Identified, AbstractBaseUser):
    """A person with an account: coach, program manager, administrator, or several of these."""

    email = models.EmailField("e-mail", max_length=254, validators=[plain_line])
    name = models.CharField(max_length=120, validators=[plain_line])
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[known_time_zone])
    is_active = models.BooleanField("may sign in", default=True)
    is_administrator = models.BooleanField("administrator", default=False)
    reminders_on = models.BooleanField("reminders by mail", default=True)
    keys_on = models.BooleanField("single-key shortcuts", default=True)
    quiet_from = models.PositiveSmallIntegerField("quiet from", default=20, help_text="Hour of the day, own time zone")
    quiet_until = models.PositiveSmallIntegerField("quiet until", default=7, help_text="Hour of the day")
    digest_day = models.PositiveSmallIntegerField(
        "weekly digest", null=True, blank=True, default=0, help_text="0 is Monday; empty: none"
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_out_at = models.DateTimeField(
        null=True, editable=False, help_text="Sessions that began earlier have ended, whatever came after"
    )
    doors_closed_at = models.DateTimeField(
        null=True, editable=False, help_text="Tokens and webhooks made earlier open and tell nothing any more"
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name, verbose_name_plural = "person", "people"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(condition=Q(quiet_from__lte=23, quiet_until__lte=23), name="user_quiet_hours_range"),
            between("digest_day", 0, 6, model="user"),
            *longest(model="user", email=254, name=120, time_zone=64, password=128),
        ]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        """All of the name: first words may be shared, and are not everybody's given name."""
        return self.name or self.email

    @property
    def is_staff(self):
        """Django's name for: may open the admin."""
        return self.is_administrator

    @property
    def is_superuser(self):
        """Django's name for: may use every page of the admin. Confidential tables have none."""
        return self.is_administrator

    def has_perm(self, perm, obj=None):
        return self.is_active and self.is_administrator

    def has_perms(self, perms, obj=None):
        return self.is_active and self.is_administrator

    def has_module_perms(self, app_label):
        return self.is_active and self.is_administrator

    @cached_property
    def holds_coach_profile(self):
        return CoachProfile.objects.filter(user=self, ended_at__isnull=True).exists()

    @cached_property
    def manages_a_program(self):
        return self.program_memberships.filter(removed_at__isnull=True).exists()


class CoachProfile(Identified):
    """What a program manager needs to know to match a coach."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="coach_profile")
    credentials = models.CharField(
        max_length=200, blank=True, help_text="For instance: PCC, EMCC Senior Practitioner", validators=[plain_line]
    )
    languages = models.CharField(
        max_length=120, blank=True, help_text="For instance: English, German", validators=[plain_line]
    )
    is_internal = models.BooleanField("employed by the client", default=False)
    training_began_on = models.DateField("coach training began", null=True, blank=True)
    credential_sought = models.CharField(max_length=4, blank=True, choices=[(c, c) for c in ("ACC", "PCC", "MCC")])
    available_from = models.DateField(null=True, blank=True, help_text="Takes nobody new before this day")
    capacity = models.PositiveSmallIntegerField(default=12, help_text="Engagements at the same time")
    bio = models.TextField(max_length=2000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(capacity__lte=200), name="coachprofile_capacity_range"),
            within_dates("training_began_on", model="coachprofile"),
            within_dates("available_from", model="coachprofile"),
            *longest(model="coachprofile", credentials=200, languages=120, bio=2000, credential_sought=4),
        ]

    def __str__(self):
        return f"Coach profile of {self.user}"


class Organization(Identified):
    """A client company: the sponsor of programs and the employer of executives."""

    name = models.CharField(max_length=120, validators=[plain_line])
    alarm_budget = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="Trust alarms per 100 months of engagement that people here can answer",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="organization_name_once"),
            models.CheckConstraint(
                condition=models.Q(alarm_budget__range=(1, 50)), name="organization_alarm_budget_range"
            ),
            *longest(model="organization", name=120),
        ]

    def __str__(self):
        return self.name


class ExecutiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.executives_seen_by(user))

    def in_order(self):
        return self.order_by(Lower("organization__name"), Lower("name"), "pk")


class Executive(Identified):
    """The coachee. Has no account: acts by personal link."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="executives")
    name = models.CharField(max_length=120, validators=[plain_line])
    email = models.EmailField("e-mail", max_length=254, validators=[plain_line])
    address_changed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Links mailed before open nothing any more"
    )
    role = models.CharField(
        max_length=120, blank=True, help_text="Position, for instance: Plant manager", validators=[plain_line]
    )
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.ENGLISH)
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[known_time_zone])
    orientation = models.CharField(
        "trust orientation",
        max_length=12,
        choices=TrustOrientation.choices,
        default=TrustOrientation.BALANCED,
        help_text="What this person looks for first in a coach. Never derived from nationality.",
    )
    reminders_on = models.BooleanField("reminders by mail", default=True)

    objects = ExecutiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", Lower("email"), name="executive_email_once_per_organization"),
            *longest(model="executive", name=120, email=254, role=120, language=8, time_zone=64, orientation=12),
        ]
        # As addresses are compared whatever their case: "is this manager coached here themselves?"
        indexes = [models.Index(Upper("email"), name="executive_email_upper")]

    def __str__(self):
        return self.name
