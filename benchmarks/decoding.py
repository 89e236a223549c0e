"""Decoding and validating, beside cattrs with orjson, pydantic v2 and bare msgspec.

The peers are held to the same rules: cattrs builds the same classes, and each pydantic model, strict
and forbidding unknown keys, runs the very rule functions of ours after its own type checks.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import cattrs
import msgspec
import orjson
import pydantic

from benchmarks.reference import reference_lines
from benchmarks.timing import interleaved
from implsci.codec import decode
from implsci.collector import collector_at_rest
from implsci.model import Study
from implsci.model._record import FieldShape, shape

_COUNT = 1_500
_KEPT = 100_000


def rows() -> Iterator[tuple[str, str, str, str]]:
    lines = reference_lines(_COUNT)
    stampless = [_without_stamp(line) for line in lines]
    structure = _cattrs()
    model = _pydantic(Study)
    seconds = interleaved(
        {
            "implsci": lambda: [decode(line) for line in lines],
            "cattrs": lambda: [structure(orjson.loads(line)) for line in stampless],
            "pydantic": lambda: [model.model_validate_json(line) for line in stampless],
            "msgspec": lambda: [msgspec.json.decode(line) for line in lines],
        }
    )
    each = {name: value / _COUNT * 1e6 for name, value in seconds.items()}
    size = len(lines[0])
    own = each["implsci"]
    yield (
        "decode and validate / cattrs + orjson",
        f"{own / each['cattrs']:.2f}",
        "0.45",
        f"{own:.0f} us against {each['cattrs']:.0f} us a record of {size} bytes, 15 objects",
    )
    yield (
        "decode and validate / pydantic v2",
        f"{own / each['pydantic']:.2f}",
        "1.1",
        f"{own:.0f} us against {each['pydantic']:.0f} us, the same rule functions",
    )
    yield (
        "decode and validate / msgspec to plain dicts",
        f"{own / each['msgspec']:.2f}",
        "",
        f"{own:.0f} us against {each['msgspec']:.0f} us, which checks nothing",
    )
    yield from _kept()


def _kept() -> Iterator[tuple[str, str, str, str]]:
    lines = reference_lines(_KEPT)

    def guarded() -> None:
        with collector_at_rest():
            kept = [decode(line) for line in lines]
        del kept

    def unguarded() -> None:
        kept = [decode(line) for line in lines]
        del kept

    gc.collect()
    seconds = interleaved({"guarded": guarded, "unguarded": unguarded}, rounds=1)
    yield (
        "kept load with the collector paused / unguarded",
        f"{seconds['guarded'] / seconds['unguarded']:.2f}",
        "0.4 at 100k",
        f"{_KEPT} studies: {seconds['guarded']:.1f} s against {seconds['unguarded']:.1f} s",
    )


def _without_stamp(line: bytes) -> bytes:
    document = orjson.loads(line)
    del document["type"], document["implsci"]
    return orjson.dumps(document)


def _cattrs() -> Callable[[Any], Study]:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str | int | float | bool | None, lambda value, _: value)
    return lambda raw: converter.structure(raw, Study)


def _pydantic(record: type, made: dict[type, type[pydantic.BaseModel]] | None = None) -> Any:
    made = {} if made is None else made
    if record not in made:
        fields: dict[str, Any] = {
            field.name: (
                _hint(field, made),
                ... if field.required else field.default,
            )
            for field in shape(record).values()
        }

        class Base(pydantic.BaseModel):
            model_config = pydantic.ConfigDict(strict=True, extra="forbid", frozen=True)

            @pydantic.model_validator(mode="after")
            def check(self) -> Any:
                record.__attrs_post_init__(self)  # type: ignore[attr-defined]
                return self

        if rules := getattr(record, "_rules", None):
            Base._rules = rules  # type: ignore[attr-defined]
        made[record] = pydantic.create_model(record.__name__, __base__=Base, **fields)
    return made[record]


def _hint(field: FieldShape, made: dict[type, type[pydantic.BaseModel]]) -> Any:
    from typing import Literal

    if field.kind == "record":
        hint: Any = _pydantic(field.type, made)
    elif field.kind == "choice":
        hint = Literal[field.choices]
    elif field.kind == "extra":
        hint = dict[str, str | int | float | bool | None]
    else:
        hint = field.type
    if field.many:
        hint = tuple[hint, ...]
    return hint | None if field.optional else hint
