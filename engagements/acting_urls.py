"""Addresses of what a program manager does with engagements, and of what a coach asks of them."""

from django.urls import path

from engagements.views import conversations

urlpatterns = [
    path("engagements/<uuid:pk>/talked/", conversations.conversation_note, name="conversation_note"),
    path("conversations/<uuid:pk>/take-away/", conversations.conversation_remove, name="conversation_remove"),
]
