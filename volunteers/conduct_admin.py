"""For IM: the rules that volunteers accept, their earlier versions, and what each volunteer has accepted."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffInline
from motesplats.translated_admin import TranslatedAdmin
from volunteers import conduct
from volunteers.models import ConductAcceptance, ConductVersion
from volunteers.models.conduct import rules_in


class ConductForm(forms.ModelForm):
    is_new = forms.BooleanField(
        label=_("This is a new version"),
        help_text=_("Every volunteer reads and accepts it before the next question. Leave it empty for a comma."),
        required=False,
    )

    class Meta:
        model = ConductVersion
        fields = conduct.TEXTS

    def clean(self):
        said = super().clean()
        if not self.instance.is_current:
            raise ValidationError(_now("There is a newer version. Copy your text, open the newest and paste it there."))
        rules = len(rules_in(said.get("text_sv") or ""))
        for name in conduct.TEXTS:
            count = len(rules_in(said.get(name) or ""))
            if count not in (0, rules) and rules:
                words = _now("Rules here: %(count)d. In Swedish: %(rules)d. Write one rule a line.")
                self.add_error(name, words % {"count": count, "rules": rules})
        return said


@admin.register(ConductVersion)
class ConductVersionAdmin(TranslatedAdmin):
    """One version holds and can be changed; the earlier ones can be read."""

    may_add = False
    form = ConductForm
    translated, needed, others = ("text",), "text", ("is_new",)
    list_display = ["version", "published_at", "is_current", "accepted"]
    ordering = ["-published_at", "-pk"]

    def get_queryset(self, request):
        rows = ConductAcceptance.objects.filter(version=OuterRef("version")).order_by()
        counted = rows.values("version").annotate(many=Count("pk")).values("many")
        return super().get_queryset(request).annotate(many=Coalesce(Subquery(counted), 0))

    def has_change_permission(self, request, obj=None):
        # a POST to a version that was replaced meanwhile gets the form's words, and what was typed stays
        holds = obj is None or obj.is_current or request.method == "POST"
        return super().has_change_permission(request, obj) and holds

    def get_fieldsets(self, request, obj=None):
        if obj is not None and not self.has_change_permission(request, obj):
            written = [name for name in conduct.TEXTS if getattr(obj, name)]
            return [(None, {"fields": ("version", "published_at", *written)})]
        return super().get_fieldsets(request, obj)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in conduct.TEXTS:
            field.widget.attrs["rows"] = 14
        return field

    def save_model(self, request, obj, form, change):
        texts = {name: form.cleaned_data.get(name) for name in conduct.TEXTS}
        try:
            if form.cleaned_data["is_new"]:
                obj.pk = conduct.publish(obj, texts, by=request.user).pk
                self.message_user(request, _now("Volunteers now read and accept the new version."), messages.SUCCESS)
            else:
                conduct.correct(obj, texts, by=request.user)
        except conduct.Replaced:
            self.message_user(request, _now("Somebody has published a newer version. Try again."), messages.ERROR)

    def log_change(self, request, obj, message):
        """conduct.publish and conduct.correct have written it down."""

    @admin.display(description=_("accepted by"))
    def accepted(self, obj):
        return obj.many


class AcceptedInline(StaffInline):
    """On a volunteer's page: which version was accepted when."""

    model = ConductAcceptance
    fields = ["version", "at"]
