"""Which texts exist in Korean and English: `title` becomes `title_ko` and `title_en`. Korean is required."""

from modeltranslation.translator import TranslationOptions, register

from programme import models


@register(models.Venue)
class VenueTranslation(TranslationOptions):
    fields = ("name", "address", "directions", "accessibility", "parking", "note")
    required_languages = {"ko": ("name",)}


@register(models.Room)
class RoomTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("ko",)


@register(models.Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("ko",)


@register(models.Edition)
class EditionTranslation(TranslationOptions):
    fields = ("name", "theme", "summary", "note", "open_to", "entry_instructions", "privacy_officer", "processors")
    required_languages = {"ko": ("name",)}


@register(models.Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "abstract")
    required_languages = {"ko": ("title",)}


@register(models.Talk)
class TalkTranslation(TranslationOptions):
    fields = ("title", "abstract", "note")  # a title in either language will do: a constraint says so


@register(models.Speaker)
class SpeakerTranslation(TranslationOptions):
    fields = ("name", "position", "affiliation", "bio")
    required_languages = {"ko": ("name",)}


@register(models.Release)
class ReleaseTranslation(TranslationOptions):
    fields = ("note",)


@register(models.Notice)
class NoticeTranslation(TranslationOptions):
    fields = ("title", "body", "source_name")
    required_languages = {"ko": ("title",)}


@register(models.Question)
class QuestionTranslation(TranslationOptions):
    fields = ("question", "answer")
    required_languages = ("ko",)


@register(models.CaseField)
class CaseFieldTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("ko",)


@register(models.Case)
class CaseTranslation(TranslationOptions):
    fields = ("title", "owner", "summary", "data_used")
    required_languages = {"ko": ("title", "owner")}


@register(models.Stream)
class StreamTranslation(TranslationOptions):
    fields = ("message",)
