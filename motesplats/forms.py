"""How the house's forms are drawn: label, hint, error, field, in that order (design §10)."""

from django.forms.renderers import TemplatesSetting


class PlainFormRenderer(TemplatesSetting):
    """Finds form templates in templates/, so that every form looks the same without any package."""

    form_template_name = "motesplats/_form.html"
    field_template_name = "motesplats/_field.html"
