"""Addresses of what a program manager does with engagements, and of what a coach asks of them."""

from django.urls import path

from engagements.views import bulk, conversations, extensions, loose_ends, matching

urlpatterns = [
    path("engagements/<uuid:pk>/talked/", conversations.conversation_note, name="conversation_note"),
    path("conversations/<uuid:pk>/take-away/", conversations.conversation_remove, name="conversation_remove"),
    path("engagements/<uuid:pk>/more/", extensions.extension_ask, name="extension_ask"),
    path("engagements/<uuid:pk>/more/give/", extensions.extension_give, name="extension_give"),
    path("portfolio/selected/", bulk.bulk, name="bulk"),
    path("coaches/", matching.matching, name="matching"),
    path("engagements/<uuid:pk>/another-coach/", matching.rematch, name="rematch"),
    path("nobody-closed/", loose_ends.loose_ends, name="loose_ends"),
    path("engagements/<uuid:pk>/close/", loose_ends.loose_end_close, name="loose_end_close"),
    path("requests-for-more/", extensions.extension_list, name="extension_list"),
    path("requests-for-more/<uuid:pk>/", extensions.extension_decide, name="extension_decide"),
    path("requests-for-more/<uuid:pk>/take-back/", extensions.extension_withdraw, name="extension_withdraw"),
]
