"""Models of a user's own: a class in a Python file of the study, named in the config, with no edit here."""

import importlib.util
import inspect
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deepdep.errors import InputError
from deepdep.io.checksum import sha256
from deepdep.models.base import Model

OWN_KIND = "own"
SUM = "code_sha256"  # in a checkpoint's settings: the code that it was trained with
METHODS = [name for name in vars(Model) if not name.startswith("_")]


def with_sum(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with the sha256 of the code, so that a checkpoint is never another code's."""
    return {**settings, SUM: sha256(code_of(settings))}


def build_own(settings: Mapping[str, Any]) -> Model:
    """Build a model of a user's own class.

    Parameters
    ----------
    settings
        ``code`` (a Python file below the working directory), ``class`` (its name there), ``settings``
        (its arguments by name, none if not given), and, of a checkpoint, the sum of its code.

    Raises
    ------
    InputError
        No such file or class, arguments that it does not take, a class that is no ``Model``, or
        code that is not what the checkpoint was trained with.
    """
    code, arguments = code_of(settings), settings.get("settings", {})
    if SUM in settings and settings[SUM] != sha256(code):
        remedy = "run the study again, which trains it anew."
        raise InputError(f"{code}: not the code that this model was trained with.", remedy)
    own = class_of(code, settings["class"])
    try:
        inspect.signature(own).bind(**arguments)
    except TypeError as error:
        words = f"{code}: {own.__name__} and its settings do not go together: {error}."
        raise InputError(words, "settings are the arguments of its __init__, by name.") from None
    model: Model = own(**arguments)
    return model


def class_of(code: Path, name: str) -> type:
    """Return a class of a file, once it is sure to have the methods of a model."""
    own = getattr(module_of(code), name, None)
    if not inspect.isclass(own):
        raise InputError(f"{code}: no class {name}.", "name one of that file.")
    absent = [method for method in METHODS if not callable(getattr(own, method, None))]
    if absent:
        remedy = "give it the methods of Model in workflow/scripts/deepdep/models/base.py."
        raise InputError(f"{code}: {name} has no {', '.join(absent)}.", remedy)
    return own


def code_of(settings: Mapping[str, Any]) -> Path:
    """Return the file of a model's class; a checkpoint cannot name code that lies elsewhere.

    Raises
    ------
    InputError
        It is not there, or not below the working directory.
    """
    path = Path(settings["code"])
    if not Path(os.path.abspath(path)).is_relative_to(Path.cwd()):
        raise InputError(f"{path}: not below {Path.cwd()}.", "keep a model's code with its study.")
    if not path.is_file():
        raise InputError(f"{path}: no such file of a model's code.", "put it there.")
    return path


def module_of(path: Path) -> Any:
    """Run a Python file as a module of its own name, which dataclasses look up."""
    name = f"deepdep_own_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path}: no Python file.", "give a file that ends with .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
