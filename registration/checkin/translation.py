from modeltranslation.translator import TranslationOptions, register

from registration.checkin.models import Point


@register(Point)
class PointTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("ko",)
