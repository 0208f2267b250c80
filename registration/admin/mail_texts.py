"""The words of mails, for organisers: both languages side by side, the standard beside each field, and a preview."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from modeltranslation.admin import TranslationAdmin

from forum.outbox.writing import PARTS
from programme.admin.languages import both, rows
from programme.models import Edition
from registration.kinds import KINDS, PLACEHOLDERS
from registration.models import MailText
from registration.models.registration import LANGUAGES
from registration.notices import examples


class MailTextForm(forms.ModelForm):
    """Of which mail it is, the page says: it comes with the address, and stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("edition", "kind"):
            self.fields[name].widget = forms.HiddenInput()
            self.fields[name].disabled = bool(self.instance.pk)


@admin.register(MailText)
class MailTextAdmin(TranslationAdmin):
    form = MailTextForm
    change_form_template = "admin/registration/mailtext/form.html"
    fieldsets = [(None, {"fields": rows("edition", "kind", both(*PARTS))})]

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview)
        own = [
            path("preview/", preview, name="registration_mailtext_preview"),
            path("<int:pk>/preview/", preview, name="registration_mailtext_preview_typed"),
        ]
        return own + super().get_urls()

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """The menu offers no page to add one: a mail is chosen in the list."""
        return super().get_model_perms(request) | {"add": False}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Every mail that there is, whether or not somebody typed words for it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = _edition_asked_for(request)
        typed = {text.kind: text for text in edition.mail_texts.all()} if edition else {}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Texts of mails"),
            "opts": self.opts,
            "edition": edition,
            "editions": Edition.objects.all(),
            "mails": [(name, kind, typed.get(name)) for name, kind in KINDS.items()],
        }
        return render(request, "admin/registration/mailtext/list.html", context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Only for a mail that was chosen in the list, and that nobody typed words for yet."""
        edition, kind = _edition_asked_for(request), request.GET.get("kind", "")
        if edition is None or kind not in KINDS:
            return self.changelist_view(request)
        known = MailText.objects.filter(edition=edition, kind=kind).first()
        if known:
            return redirect("admin:registration_mailtext_change", known.pk)
        return super().add_view(request, form_url, _help(edition, kind))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        text = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, _help(text.edition, text.kind) if text else None)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"edition": _edition_asked_for(request), "kind": request.GET.get("kind")}

    def get_form(self, request: HttpRequest, obj: MailText | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        """The standard words stand below each field, ready to be copied."""
        form = super().get_form(request, obj, **kwargs)
        edition, kind = (obj.edition, obj.kind) if obj else (_edition_asked_for(request), request.GET.get("kind"))
        if edition and kind in KINDS:
            for language, _name in LANGUAGES:
                standard = examples.standard(kind, edition, language)
                for part in PARTS:
                    form.base_fields[f"{part}_{language}"].help_text = _as_help(standard[part], language)
        return form

    # The mail's own styles are inline, and its picture comes with it. Its frame is sandboxed, so nothing in it runs.
    @method_decorator(
        csp_replace({"style-src": [SELF, "'unsafe-inline'"], "img-src": [SELF, "data:"], "frame-src": [NONE]})
    )
    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """How the mail looks with what is typed in the form, saved or not; or as it is now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = get_object_or_404(MailText, pk=pk) if pk else None
        form = None
        if request.method == "POST":
            form = self.get_form(request, text)(request.POST, instance=text)
            form.is_valid()
            text = form.instance
        elif text is None:
            text = _text_asked_for(request)
        if text.edition_id is None or text.kind not in KINDS:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview: %(mail)s") % {"mail": KINDS[text.kind].title},
            "opts": self.opts,
            "text": text,
            "complaints": _complaints(form) if form else [],
            "letters": [] if form and form.errors else _letters(text),
        }
        return render(request, "admin/registration/mailtext/preview.html", context)


def _edition_asked_for(request: HttpRequest) -> Edition | None:
    """`?edition=<id>`, or else the current one."""
    number = request.GET.get("edition", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return Edition.objects.filter(pk=number).first()
    return Edition.objects.order_by("-is_current", "-year").first()


def _text_asked_for(request: HttpRequest) -> MailText:
    edition, kind = _edition_asked_for(request), request.GET.get("kind", "")
    known = MailText.objects.filter(edition=edition, kind=kind).first()
    return known or MailText(edition=edition, kind=kind)


def _letters(text: MailText) -> list[tuple[str, str, Any]]:
    return [
        (language, name, examples.letter(text.kind, text.edition, language, text.parts_in(language)))
        for language, name in LANGUAGES
    ]


def _help(edition: Edition, kind: str) -> dict[str, Any]:
    words = [(f"{{{word}}}", PLACEHOLDERS[word]) for word in KINDS[kind].placeholders]
    shown = {"mail": KINDS[kind], "kind": kind, "of_edition": edition, "placeholders": words}
    return shown | {"show_save_and_add_another": False}


def _as_help(standard: str, language: str) -> str:
    facts = {"standard": standard, "language": language}
    return render_to_string("admin/registration/mailtext/standard.html", facts)


def _complaints(form: forms.ModelForm) -> list[tuple[str, str]]:
    """What the form would say on saving, each with the name of its field."""
    labels = {name: field.label for name, field in form.fields.items()}
    return [(labels.get(name, ""), sentence) for name, sentences in form.errors.items() for sentence in sentences]
