"""What parent and child say to each other: plain values and arrays, of a bounded size.

A message is a header in JSON and the arrays' bytes. Nothing is unpickled, unpacked or evaluated,
so that a message can say something wrong, but do nothing. The child reads this file too, so it
imports nothing of the course.
"""

from __future__ import annotations

import json
import struct

import numpy as np

KINDS = "biufc"  # bool, integers, floats, complex; texts travel in the header
LARGEST = 64 * 2**20  # bytes of a message, and of the texts of an array
LONGEST = 8 * 2**20  # bytes of a header: read, its lists are many times as large
LENGTHS = struct.Struct(">QQ")  # of header and body


class Malformed(ValueError):
    """A message that is none, is too large, or holds what may not travel."""


def encode(value) -> bytes:
    """A value as a message.

    Args:
        value: None, booleans, numbers, texts, arrays, and lists, tuples and dicts of them.

    Raises:
        Malformed: It holds anything else, or is too large.
    """
    arrays: list[np.ndarray] = []
    header = json.dumps(_plain(value, arrays)).encode()
    body = b"".join(array.tobytes() for array in arrays)
    _bounded(len(header), len(body))
    return LENGTHS.pack(len(header), len(body)) + header + body


def lengths(prefix: bytes) -> tuple[int, int]:
    """How many bytes header and body have, from the first `LENGTHS.size` bytes of a message.

    Raises:
        Malformed: They are too large.
    """
    header, body = LENGTHS.unpack(prefix)
    _bounded(header, body)
    return header, body


def _bounded(header, body):
    if header + body > LARGEST:
        raise Malformed(f"{header + body:,} bytes are too many; at most {LARGEST:,}")
    if header > LONGEST:
        raise Malformed(f"{header:,} bytes beside arrays are too many; at most {LONGEST:,}")


def decode(header: bytes, body: bytes):
    """The value of a message.

    Raises:
        Malformed: Whoever wrote it did not use `encode`.
    """
    try:
        tree = json.loads(header)
        value, used = _value(tree, memoryview(body), 0)
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as error:
        raise Malformed(f"a message that cannot be read: {type(error).__name__}") from error
    if used != len(body):
        raise Malformed(f"{len(body) - used:,} bytes are left over")
    return value


def _plain(value, arrays):
    """A value as JSON: [kind, what]."""
    if value is None or type(value) in (bool, int, float, str):
        return ["=", value]
    if isinstance(value, (list, tuple)):
        return ["list" if isinstance(value, list) else "tuple", [_plain(v, arrays) for v in value]]
    if isinstance(value, dict):
        if not all(type(key) in (str, int) for key in value):
            raise Malformed("the keys of a dict are texts or whole numbers")
        return ["dict", [[key, _plain(v, arrays)] for key, v in value.items()]]
    array = np.asarray(value)  # also tensors of Keras, and subclasses lose what they override
    if array.dtype.kind == "U":
        return ["texts", array.ravel().tolist(), list(array.shape)]
    if array.dtype.kind not in KINDS:
        raise Malformed(f"a {type(value).__name__} cannot be an answer; arrays and numbers can")
    arrays.append(np.ascontiguousarray(array))
    return ["array", array.dtype.str, list(array.shape)]


def _value(tree, body, used):
    """The value of a tree, and how much of the body is used up behind it."""
    kind, what, *rest = tree
    if kind == "=":
        if not (what is None or type(what) in (bool, int, float, str)):
            raise ValueError("no plain value")
        return what, used
    if kind in ("list", "tuple"):
        values = []
        for part in what:
            value, used = _value(part, body, used)
            values.append(value)
        return (values if kind == "list" else tuple(values)), used
    if kind == "dict":
        pairs = {}
        for key, part in what:
            pairs[key], used = _value(part, body, used)
        return pairs, used
    if kind == "texts":
        if not all(type(text) is str for text in what):
            raise ValueError("no texts")
        if 4 * len(what) * max(map(len, what), default=0) > LARGEST:  # NumPy pads to the longest
            raise ValueError("texts that are too large")
        return np.array(what, dtype=str).reshape(rest[0]), used
    if kind != "array":
        raise ValueError("unknown kind")
    dtype, shape = np.dtype(what), rest[0]
    if dtype.kind not in KINDS or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("no array")
    size = dtype.itemsize
    for n in shape:
        size *= n
    if used + size > len(body):
        raise ValueError("an array without its bytes")
    array = np.frombuffer(body[used : used + size], dtype).reshape(shape).copy()
    return array, used + size
