"""The admin's pages: people, organizations, programs, memberships and background work.

No confidential table has a page here. Lookups, orderings and searches are closed lists, because a filter that
follows a relation would answer questions about rows the page does not show.
"""

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from engagements.actions.accounts import (
    OwnAccount,
    note_new_address,
    shut_out,
    take_away_second_steps,
    withdraw_invitation,
)
from engagements.actions.audit import record
from engagements.actions.invitations import invite
from engagements.actions.people import add_manager, end_old_address, remove_manager
from engagements.actions.standings import NAMED_IN_STANDINGS, keep_standings_of
from engagements.admin_ledger import LeavesLooks, LookPage
from engagements.models import CoachProfile, Executive, Invitation, Look, Organization, Program, ProgramManager, User
from engagements.models.background import BackgroundJob
from engagements.nudges import nudge


class ClosedAdmin(ModelAdmin):
    """Nothing is deleted here, only its own filters may be asked for, and every change is in the audit trail."""

    actions = None
    list_filter_submit = True
    left_out: tuple[str, ...] = ("delete",)  # pages that nobody may open

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        left_out = {f"{self.opts.app_label}_{self.opts.model_name}_{page}" for page in self.left_out}
        return [pattern for pattern in super().get_urls() if pattern.name and pattern.name not in left_out]

    def lookup_allowed(self, lookup, value, request=None):
        if "\0" in str(value):  # no database takes it in a text
            return False
        named = {str(entry[0] if isinstance(entry, tuple) else entry) for entry in self.list_filter}
        return any(lookup == name or lookup in {f"{name}__exact", f"{name}__id__exact"} for name in named)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        verb = f"{obj._meta.model_name}.{'edited' if change else 'added'}"
        fields = {"fields": sorted(form.changed_data)}
        record(by=request.user, verb=verb, subject=obj, now=timezone.now(), detail=fields)
        if change and {"name", "email"} & set(form.changed_data):
            self._rename(obj)

    def _rename(self, obj):
        """Lists show names; on its own the admin cannot reach what they are made of, and a job does it."""
        whose = NAMED_IN_STANDINGS.get(obj._meta.model_name)
        if whose and settings.SURFACE == "admin":
            nudge("engagements.rename_in_standings", whose, str(obj.pk))
        elif whose:
            keep_standings_of(**{whose: obj.pk}, now=timezone.now())


class CoachProfileForm(forms.ModelForm):
    """A profile that was added is meant, also where every field stays as it was offered."""

    def has_changed(self):
        return self.instance._state.adding or super().has_changed()


class CoachProfileInline(TabularInline):
    model = CoachProfile
    form = CoachProfileForm
    fields = ("credentials", "languages", "capacity", "ended_at")
    extra = 0
    can_delete = False


@admin.register(User)
class Person(ClosedAdmin):
    list_display = ("email", "name", "is_active", "is_coach", "is_administrator", "last_login")
    list_select_related = ("coach_profile",)
    list_filter = ("is_active", "is_administrator")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "time_zone", "is_active", "is_administrator", "second_steps")
    readonly_fields = ("second_steps",)
    inlines = (CoachProfileInline,)
    # Buttons of the form: a link would act on being opened.
    actions_submit_line = ("send_invitation", "withdraw_invitation")

    @admin.display(description="coach", boolean=True)
    def is_coach(self, person):
        profile = getattr(person, "coach_profile", None)
        return profile is not None and profile.ended_at is None

    @admin.display(description="second steps")
    def second_steps(self, person):
        """What a person signs in with beside the password, and the way to take it away."""
        if person.pk is None or person._state.adding:
            return "Set up by the person, after signing in for the first time."
        kinds = list(Authenticator.objects.filter(user_id=person.pk).values_list("type", flat=True))
        if not kinds:
            return "None yet. Asked for at the next sign-in."
        named = [name for kind, name in (("totp", "App"), ("webauthn", "Passkey")) if kind in kinds]
        address = reverse("admin:engagements_user_second_step", args=[person.pk])
        way = format_html('<a class="underline" href="{}">Lost everything? Take away …</a>', address)
        return format_html("{}. {}", ", ".join(named), way)

    def get_actions_submit_line(self, request, object_id):
        """There is something to withdraw only while an invitation is open."""
        person = self.get_object(request, object_id)  # None for a key that is none
        is_open = person and Invitation.objects.valid(timezone.now()).filter(user=person).exists()
        buttons = super().get_actions_submit_line(request, object_id)
        return [button for button in buttons if is_open or not button.action_name.endswith("withdraw_invitation")]

    def get_urls(self):
        page = self.admin_site.admin_view(self.second_step)
        return [path("<uuid:pk>/second-step/", page, name="engagements_user_second_step"), *super().get_urls()]

    def second_step(self, request, pk):
        """Asks, and on POST takes a person's second steps away."""
        person = get_object_or_404(self.get_queryset(request), pk=pk)
        context = self.admin_site.each_context(request) | {"title": f"Second steps of {person}", "person": person}
        context["is_own"] = person.pk == request.user.pk
        if request.method != "POST":
            return render(request, "admin/engagements/user/second_step.html", context)
        try:
            take_away_second_steps(user=person, by=request.user, now=timezone.now())
        except OwnAccount:
            raise PermissionDenied from None
        messages.success(request, f"{person} has no second step now, is signed out everywhere, and is told by mail.")
        return redirect("admin:engagements_user_change", person.pk)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
            obj.invited_at = timezone.now()
        before = self.get_queryset(request).get(pk=obj.pk) if change else obj
        super().save_model(request, obj, form, change)
        if before.email != obj.email:
            note_new_address(user=obj, old=before.email, by=request.user, now=timezone.now())
        if before.is_active and not obj.is_active:
            shut_out(user=obj, by=request.user, now=timezone.now())

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for profile in [*formset.new_objects, *(row for row, _ in formset.changed_objects)]:
            record(by=request.user, verb="person.coach_profile_edited", subject=profile, now=timezone.now())

    def response_add(self, request, obj, post_url_continue=None):
        """To the new person's page: inviting them is the next step, and its button stands there."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, f"{obj} is added. Nothing was sent yet: “Save and send an invitation” does that.")
        return redirect("admin:engagements_user_change", obj.pk)

    @action(description="Save and send an invitation")
    def send_invitation(self, request, person):
        invite(user=person, by=request.user, now=timezone.now())
        messages.success(request, f"An invitation is on its way to {person.email}.")

    @action(description="Save and withdraw open invitations")
    def withdraw_invitation(self, request, person):
        if withdraw_invitation(user=person, by=request.user, now=timezone.now()):
            messages.success(request, f"No invitation of {person} works any more.")
        else:
            messages.info(request, f"{person} has no open invitation.")


@admin.register(Organization)
class OrganizationPage(ClosedAdmin):
    list_display = ("name", "alarm_budget")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "alarm_budget")


@admin.register(Executive)
class ExecutivePage(LeavesLooks, ClosedAdmin):
    """Who they are and where they work. What their coach thinks of them is not shown here."""

    list_display = ("name", "email", "organization", "role")
    list_filter = ("organization",)
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = ("organization", "name", "email", "role", "language", "time_zone")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("orientation")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            end_old_address(executive=obj, address=form.initial["email"], now=timezone.now())


class ManagerInline(TabularInline):
    model = ProgramManager
    fk_name = "program"
    fields = ("user", "added_at")
    readonly_fields = ("added_at",)
    extra = 0
    verbose_name = "program manager"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(removed_at__isnull=True)

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Program)
class ProgramPage(ClosedAdmin):
    list_display = ("name", "organization", "cadence_weeks", "session_budget", "check_ins_on", "closed_at")
    list_filter = ("organization", "check_ins_on")
    search_fields = ("name",)
    ordering = ("name",)
    fields = (
        "organization", "name", "cadence_weeks", "session_budget", "planned_weeks", "time_zone", "check_ins_on",
        "discloses_objective", "discloses_stalled", "discloses_regressing", "discloses_cohort", "closed_at",
    )  # fmt: skip
    inlines = (ManagerInline,)

    def save_formset(self, request, form, formset, change):
        """Managers come and go through the actions: rights and audit trail with them."""
        formset.save(commit=False)
        now = timezone.now()
        for gone in formset.deleted_objects:
            remove_manager(membership=gone, by=request.user, now=now)
        for new in formset.new_objects:
            add_manager(program=new.program, user=new.user, by=request.user, now=now)


@admin.register(BackgroundJob)
class BackgroundJobPage(ClosedAdmin):
    left_out = ("delete", "add")
    list_display = ("name", "started_at", "finished_at", "done", "failed_at", "error")
    ordering = ("name",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Look)
class AccessLedgerPage(LookPage, ClosedAdmin):
    left_out = ("delete", "add", "change", "history")
