"""The transcript of a simulated call as the platform writes it: spoken words with their seconds, and tool calls."""

import random
from typing import Any

import msgspec

_FIRST_WORD_S = 0.4
_LETTER_S = 0.045
_WORD_S = 0.12
_GAP_S = 0.05
_BREATH_S = (0.5, 1.4)
_SPEAKERS = {"agent": "Agent", "user": "User"}


class Transcript:
    """Grows while the call goes on; `seconds` is how long the talk has lasted."""

    def __init__(self, rng: random.Random) -> None:
        self.seconds = _FIRST_WORD_S
        self.turns: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []
        self._rng = rng

    def say(self, role: str, content: str) -> None:
        turn = {"role": role, "content": content, "words": [self._word(word) for word in content.split()]}
        self.seconds = round(self.seconds + self._rng.uniform(*_BREATH_S), 3)
        self.turns.append(turn)
        self.items.append(turn)

    def invoke(self, tool: str, args: dict[str, Any], *, kind: str = "custom") -> str:
        """Note that a tool is used; the id it gets comes back."""
        tool_call_id = f"tool_call_{self._rng.getrandbits(40):010x}"
        self.items.append(
            {
                "role": "tool_call_invocation",
                "tool_call_id": tool_call_id,
                "name": tool,
                "arguments": msgspec.json.encode(args).decode(),
                "type": kind,
            }
        )
        return tool_call_id

    def result(self, tool_call_id: str, content: str, *, successful: bool = True) -> None:
        self.items.append(
            {"role": "tool_call_result", "tool_call_id": tool_call_id, "content": content, "successful": successful}
        )

    def text(self) -> str:
        return "".join(f"{_SPEAKERS[turn['role']]}: {turn['content']}\n" for turn in self.turns)

    def _word(self, word: str) -> dict[str, Any]:
        start = self.seconds
        end = round(start + _WORD_S + _LETTER_S * len(word), 3)
        self.seconds = round(end + _GAP_S, 3)
        return {"word": word, "start": start, "end": end}
