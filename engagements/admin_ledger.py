"""The access ledger in the admin: who looked at what kind of thing and when, and the looks that the admin leaves."""

import uuid

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from engagements.actions.looks import note_person_look
from engagements.models import LookedAt, LookRole, User


class LeavesLooks:
    """For the pages of executives: whoever opens one, or a list of them, stands in the ledger."""

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if response.status_code == 200 and "cl" in shown:
            self._note(request, [row.pk for row in shown["cl"].result_list])
        return response

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._noted(request, object_id, super().change_view(request, object_id, form_url, extra_context))

    def history_view(self, request, object_id, extra_context=None):
        return self._noted(request, object_id, super().history_view(request, object_id, extra_context))

    def _noted(self, request, object_id, response):
        if response.status_code == 200:
            self._note(request, [uuid.UUID(unquote(object_id))])
        return response

    def _note(self, request, executive_ids):
        if request.method != "HEAD":  # nothing was shown
            note_person_look(by=request.user, executive_ids=executive_ids, now=timezone.now())


class LookPage:
    """Read-only and without content: of whom or what only a key. What executives look at and ask for stays away."""

    list_display = ("first_at", "who", "role", "what", "subject_type", "subject_id")
    list_display_links = None
    list_filter = ("role", "what")
    ordering = ("-first_at", "key")

    def get_queryset(self, request):
        rows = super().get_queryset(request).exclude(role=LookRole.EXECUTIVE).exclude(what=LookedAt.REQUEST)
        names = User.objects.filter(pk=OuterRef("who_id")).order_by().values("name")
        return rows.annotate(who_name=Subquery(names[:1]))

    @admin.display(description="who")
    def who(self, look):
        return look.who_name

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return obj is None and super().has_view_permission(request)
