"""The digest by which contents are told apart: BLAKE2b, which Python brings with it.

`hashlib` loads OpenSSL first, which takes a fifth of a bare Python start. `random` takes its own from there too.
"""

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b"]
