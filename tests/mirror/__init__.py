"""A miniature of the public files, on which whole studies run in minutes.

Official names, headers, id schemes and traps; a few hundred kilobytes, with planted signal.
Nothing in it is anyone's data: values are drawn, and so are the ids of lines and patients.
"""

from mirror.build import Mirror, make_mirror
from mirror.manifest import rewrite_manifest

__all__ = ["Mirror", "make_mirror", "rewrite_manifest"]
