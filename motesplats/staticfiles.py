"""Static files with hashed names, ES module imports included, served for ever by browsers."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./x.js"` to the hashed name too."""

    support_js_module_import_aggregation = True
