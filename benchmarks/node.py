"""What the peer in Node needs, installed once into the cache of this machine and never into the repository."""

import os
import shutil
import subprocess
from pathlib import Path

_MANIFEST = Path(__file__).parent / "peers" / "package.json"
_INSTALL_S = 600
_OLDEST = 20


def home() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "maitre" / "benchmarks" / "node"


def why_missing() -> str:
    """Install if need be; why that peer cannot run, or "" when it can."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node or npm is not installed"
    version = _output("node", "--version")
    if int(version.strip().lstrip("v").split(".")[0]) < _OLDEST:
        return f"node {version} is older than {_OLDEST}"
    return "" if _works() or _install() else "npm install failed"


def _works() -> bool:
    check = "require('fastify'); new (require('better-sqlite3'))(':memory:')"
    return home().is_dir() and _ran(["node", "-e", check], 30)


def _install() -> bool:
    home().mkdir(parents=True, exist_ok=True)
    shutil.copy(_MANIFEST, home())
    # Where no prebuilt binary can be fetched it is compiled, against the headers that came with node.
    prefix = Path(_output("node", "-p", "process.execPath").strip()).resolve().parents[1]
    headers = {"npm_config_nodedir": str(prefix)} if (prefix / "include/node/node.h").exists() else {}
    return _ran(["npm", "install", "--no-audit", "--no-fund"], _INSTALL_S, **headers) and _works()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def _ran(command: list[str], limit_s: float, **env: str) -> bool:
    try:
        done = subprocess.run(
            command, cwd=home(), env=os.environ | env, capture_output=True, check=False, timeout=limit_s
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
