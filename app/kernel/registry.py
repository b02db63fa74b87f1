"""Plug-ins: every module of a package that has a PLUGIN, by its key. A new one is one new file."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


def load(package: ModuleType, kind: type[T]) -> Mapping[str, T]:
    """Import the package's modules and return their PLUGINs, keyed by module name, in name order.

    Raises TypeError when a module has no PLUGIN or one of another kind: that is a bug, not input.
    """
    found: dict[str, T] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        plugin: Any = getattr(module, "PLUGIN", None)
        if not isinstance(plugin, kind):
            raise TypeError(f"{module.__name__}.PLUGIN is {plugin!r}, expected {kind.__name__}")
        found[info.name] = plugin
    return MappingProxyType(found)
