"""The page that starts the next edition from another one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programme import editions
from programme.models import Edition
from programme.models.edition import validate_edition_slug


class CloneForm(forms.Form):
    slug = forms.SlugField(label=_("slug"), validators=[validate_edition_slug], help_text=_("Part of every address."))
    ordinal = forms.IntegerField(label=_("ordinal"), min_value=1, max_value=999)
    first_day = forms.DateField(label=_("first day"), widget=forms.DateInput({"type": "date"}))

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if Edition.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another edition has this slug."))
        return slug


def page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what must be new, then go on to the page of the new edition."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    source = get_object_or_404(Edition, pk=pk)
    form = CloneForm(request.POST or None, initial={"ordinal": source.ordinal + 1})
    if request.method == "POST" and form.is_valid():
        cloned = editions.clone(source, **form.cleaned_data)
        said = gettext("Not published yet. Look through it: name, theme, registration, and sessions, which are drafts.")
        model_admin.message_user(request, said, messages.SUCCESS)
        return redirect("admin:programme_edition_change", cloned.pk)
    return render(request, "admin/programme/edition/clone.html", _context(model_admin, request, source, form))


def _context(model_admin: admin.ModelAdmin, request: HttpRequest, source: Edition, form: CloneForm) -> dict[str, Any]:
    title = gettext("Start the next edition from %(edition)s") % {"edition": source}
    site = model_admin.admin_site.each_context(request)
    return {**site, "title": title, "opts": model_admin.opts, "original": source, "form": form}
