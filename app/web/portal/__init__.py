"""The creators' own pages at /portal: one module a page, each with a blueprint `pages`."""

import importlib
import pkgutil

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The blueprint of every page module, in name order: a new page is one new file."""
    modules = [
        importlib.import_module(f"{__name__}.{info.name}")
        for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name)
    ]
    return [module.pages for module in modules if hasattr(module, "pages")]
