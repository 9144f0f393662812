"""What the room adds to the admin: one module of `essor.admin` a subject."""

from essor.admin import magazine, memorandum, publications

__all__ = ["magazine", "memorandum", "publications"]
