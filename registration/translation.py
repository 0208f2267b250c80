from modeltranslation.translator import TranslationOptions, register

from forum.outbox.writing import PARTS
from registration.models import MailText


@register(MailText)
class MailTextTranslation(TranslationOptions):
    fields = PARTS
