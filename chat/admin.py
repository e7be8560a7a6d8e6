"""Promises, for staff: which were kept. Nobody reads a chat here."""

from django.contrib import admin

from chat.models import Promise
from motesplats.admin_site import StaffAdmin


@admin.register(Promise)
class PromiseAdmin(StaffAdmin):
    list_display = ["answer_by", "by_staff", "made_at", "kept_at", "broken_at"]
    list_filter = [("broken_at", admin.EmptyFieldListFilter), ("kept_at", admin.EmptyFieldListFilter), "by_staff"]
    fields = ["answer_by", "by_staff", "made_at", "kept_at", "broken_at"]
    ordering = ["-made_at"]
