"""Pages are found by their files: one module a page, each with a blueprint `pages`."""

import importlib
import pkgutil
from types import ModuleType

from flask import Blueprint


def blueprints(package: ModuleType) -> list[Blueprint]:
    """The blueprint of every page module, in name order: a new page is one new file."""
    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}")
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name)
    ]
    return [module.pages for module in modules if hasattr(module, "pages")]
