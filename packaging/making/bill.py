"""The bill of materials (CycloneDX), and the licences of all that is carried."""

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from contents import Part
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from source import Source

_RULE = "=" * 100


def bill(parts: Iterable[Part], source: Source) -> str:
    """CycloneDX 1.6. The same for the same commit: its number comes from the commit, its time is the commit's."""
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"maitre:{source.commit}"))
    bom.metadata.component = Component(
        name="maitre", version=source.version, type=ComponentType.APPLICATION, bom_ref="maitre"
    )
    for part in parts:
        bom.components.add(_component(part))
    bom.register_dependency(bom.metadata.component, bom.components)
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    written["metadata"]["timestamp"] = _time(source)
    return json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _component(part: Part) -> Component:
    space = "debian" if part.origin == "deb" else None
    name = part.name.lower().replace("_", "-") if part.origin == "pypi" else part.name
    url = PackageURL(type=part.origin, namespace=space, name=name, version=part.version)
    return Component(
        name=part.name,
        version=part.version,
        type=ComponentType.LIBRARY,
        bom_ref=url.to_string(),
        purl=url,
        licenses=[DisjunctiveLicense(name=part.licence)],
    )


def _time(source: Source) -> str:
    return datetime.fromtimestamp(source.epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def licences(parts: Iterable[Part]) -> str:
    """One text: who is carried, and then what each says."""
    listed = list(parts)
    return "".join(_licences(listed))


def _licences(parts: list[Part]) -> Iterator[str]:
    yield "Maitre is under the MIT licence, see LICENSE. Inside its program it carries these works of others:\n\n"
    for part in parts:
        yield f"  {part.name} {part.version} ({'Debian' if part.origin == 'deb' else 'PyPI'}): {part.licence}\n"
    for part in parts:
        yield f"\n{_RULE}\n{part.name} {part.version}: {part.licence}\n{_RULE}\n"
        yield from (f"\n{text.strip()}\n" for text in part.texts)
