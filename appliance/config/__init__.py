"""The settings: what there is to set, where each value comes from, and how it is shown."""

from appliance.config.masks import mask, mask_password
from appliance.config.settings import SETTINGS, Setting, Settings
from appliance.config.sources import Readable, Resolved, credentials, default_data_dir, load, readable, resolve
from appliance.config.toml import render_toml, toml_line

__all__ = [
    "SETTINGS",
    "Readable",
    "Resolved",
    "Setting",
    "Settings",
    "credentials",
    "default_data_dir",
    "load",
    "mask",
    "mask_password",
    "readable",
    "render_toml",
    "resolve",
    "toml_line",
]
