"""Organisers make sign-ins for staff; the new person signs in by a mailed code, so nobody hands out passwords."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from forum.accounts import sessions
from forum.accounts.citizens import is_citizen
from forum.accounts.models import User
from forum.accounts.roles import ORGANISER, STEWARD
from forum.accounts.signals import citizens_shown

CITIZENS = "citizens"
STAFF = Q(is_staff=True) | Q(is_superuser=True) | Q(groups__isnull=False)

ROLES = [(STEWARD, _("Steward: check-in at the doors")), (ORGANISER, _("Organiser: edits everything"))]


class StaffForm(forms.ModelForm):
    role = forms.ChoiceField(label=_("role"), choices=[("", _("None: a citizen’s account")), *ROLES], required=False)

    class Meta:
        model = User
        fields = ["email", "name", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            names = set(self.instance.groups.values_list("name", flat=True))
            self.initial["role"] = next((role for role, _label in reversed(ROLES) if role in names), "")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class KindFilter(admin.SimpleListFilter):
    """Staff, unless citizens are asked for: nobody sees their addresses in passing."""

    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [(CITIZENS, _("Citizens"))]

    def choices(self, changelist: Any) -> Any:
        everybody, *others = super().choices(changelist)
        yield everybody | {"display": _("Staff")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == CITIZENS:
            return queryset.exclude(STAFF)
        return queryset.filter(STAFF).distinct()


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = StaffForm
    list_display = ["email", "name", "roles", "is_active", "last_login"]
    list_filter = [KindFilter, "groups", "is_active"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "date_joined"]

    @admin.display(description=_("role"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """A citizen's address is what they proved to own: nobody gives the account another one."""
        return [*self.readonly_fields, "email"] if obj and is_citizen(obj) else self.readonly_fields

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.GET.get(KindFilter.parameter_name) == CITIZENS:
            citizens_shown.send(type(self), request=request, which="list")
        return super().changelist_view(request, extra_context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        self._note_look(request, object_id)
        return super().change_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        self._note_look(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def _note_look(self, request: HttpRequest, object_id: str) -> None:
        shown = self.get_object(request, object_id)
        if shown and is_citizen(shown):
            citizens_shown.send(type(self), request=request, which=f"account {shown.pk}")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody changes a superuser, or their own role, from here."""
        if obj is not None and not request.user.is_superuser and (obj.is_superuser or obj == request.user):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: StaffForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        elif is_citizen(obj) and form.cleaned_data["role"]:
            sessions.end([obj.pk])  # who becomes staff signs in as staff do, for a working day
        obj.is_staff = obj.is_superuser or form.cleaned_data["role"] == ORGANISER
        super().save_model(request, obj, form, change)
        groups = Group.objects.filter(name=form.cleaned_data["role"])
        obj.groups.remove(*Group.objects.filter(name__in=[ORGANISER, STEWARD]))
        obj.groups.add(*groups)
        EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()
        EmailAddress.objects.get_or_create(user=obj, email=obj.email, defaults={"verified": True, "primary": True})


admin.site.unregister(Group)  # roles are code: forum/accounts/roles.py
