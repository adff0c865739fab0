"""Static files under names that hold their hash, compressed once when they are collected."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """`collectstatic` without what no page asks for: Bootstrap's other builds, source maps."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "*.esm*",
        "*grid*",
        "*reboot*",
        "*utilities*",
    ]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Follows url() and @import in stylesheets, but no reference to the source maps that are left out."""

    patterns = tuple(
        (files, tuple(pattern for pattern in patterns if "sourceMappingURL" not in str(pattern)))
        for files, patterns in CompressedManifestStaticFilesStorage.patterns
    )
