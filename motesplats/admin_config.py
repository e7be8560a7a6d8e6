"""Puts our own site in the place of Django's. A module of its own: it is read before any model can be."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "motesplats.admin_site.StaffSite"
