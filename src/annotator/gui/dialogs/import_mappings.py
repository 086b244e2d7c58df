"""What columns hold, remembered in the setting `columns` by the set of their names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from annotator.session.previews import column_key

_MOST = 100
Mappings = dict[str, dict[str, str]]


def mappings(setting: str) -> Mappings:
    """All that is remembered; nothing where the setting is broken."""
    try:
        held = json.loads(setting or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(held, dict):
        return {}
    return {
        key: {str(name): str(meaning) for name, meaning in value.items()}
        for key, value in held.items()
        if isinstance(value, dict)
    }


def remembered(setting: str, names: Iterable[str], mapping: Mapping[str, str]) -> str:
    """The setting with one more mapping, the newest last; the oldest are forgotten."""
    held = mappings(setting)
    key = column_key(names)
    held.pop(key, None)
    held[key] = dict(mapping)
    return json.dumps(dict(list(held.items())[-_MOST:]), ensure_ascii=False)
