"""Addresses of what is kept about an executive, and of what they ask for."""

from django.urls import path

from trust.views import data_requests, mine, mine_door, mine_requests

urlpatterns = [
    path("mine/<uuid:pk>/", mine.mine, name="mine"),
    path("mine/<uuid:pk>/code/", mine_door.mine_code, name="mine_code"),
    path("mine/<uuid:pk>/close/", mine_door.mine_close, name="mine_close"),
    path("mine/<uuid:pk>/managers-view/", mine.mine_managers_view, name="mine_managers_view"),
    path("mine/<uuid:pk>/download/<str:format>/", mine.mine_export, name="mine_export"),
    path("mine/<uuid:pk>/ask/<str:word>/", mine_requests.mine_request, name="mine_request"),
    path("mine/<uuid:pk>/choose/", mine_requests.mine_choose, name="mine_choose"),
    path("mine/<uuid:pk>/take-back/<uuid:request_pk>/", mine_requests.mine_take_back, name="mine_take_back"),
    path("engagements/<uuid:pk>/send-mine/", data_requests.mine_send, name="mine_send"),
    path("requests/", data_requests.data_request_list, name="data_request_list"),
    path("requests/<uuid:pk>/", data_requests.data_request, name="data_request"),
    path("requests/items/<uuid:pk>/", data_requests.export_item, name="export_item"),
]
