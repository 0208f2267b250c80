"""Static files under names that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, where JavaScript modules also import each other by hashed names: a deploy never mixes versions."""

    support_js_module_import_aggregation = True
