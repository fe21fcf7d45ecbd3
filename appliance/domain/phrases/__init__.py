"""Every sentence that callers hear, in Spanish and English, by the stable code of the answer."""

from appliance.domain.phrases.speaking import contracted, language, phrase, takes

__all__ = ["contracted", "language", "phrase", "takes"]
