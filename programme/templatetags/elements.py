"""What the plain includes in templates/_elements/ cannot say themselves."""

from __future__ import annotations

from django import template
from django.forms import BaseForm, BoundField

register = template.Library()


@register.filter
def error_count(form: BaseForm) -> int:
    """How many things there are to mend."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def anchor(field: BoundField) -> str:
    """The id that a link to the field goes to: of a group, its first box."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
