"""Finds the version of a release that an answer names: an application may know its tag, its hash or its pod. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cockpit.metrics.probe.identify import UNKNOWN
from cockpit.metrics.probe.tally import OTHERS
from cockpit.release.images import image_tag
from cockpit.release.view import UNKNOWN_VERSION, VersionView

_LEAST_HASH = 5
_MOST_GONE = 12
_CUT_POD_NAME = 63
"""Length of a pod's name whose base was cut: 58 characters, and five by chance."""
_Test = Callable[[str, VersionView], bool]


def version_named(text: str, versions: Sequence[VersionView]) -> str:
    """Return the name of the version that `text` stands for, UNKNOWN_VERSION where none, or more than one, could.

    What is most of a name goes first: the version's own, its image's tag, its hash, its pod, its workload; then the
    same without a "v" in front, and an image as a whole.
    """
    if text in {UNKNOWN, OTHERS, ""}:
        return UNKNOWN_VERSION
    for test in _TESTS:
        found = [version.name for version in versions if test(text, version)]
        if found:
            return found[0] if len(found) == 1 else UNKNOWN_VERSION
    return UNKNOWN_VERSION


@dataclass(frozen=True, slots=True)
class Known:
    """The versions of a release while it is probed; those that are `gone` had answers too."""

    present: tuple[VersionView, ...] = ()
    gone: tuple[VersionView, ...] = ()

    def after(self, versions: Sequence[VersionView]) -> Known:
        """Return what is known after a picture with these versions."""
        names = {version.name for version in versions}
        left = [version for version in (*self.present, *self.gone) if version.name not in names]
        return Known(
            tuple(versions), tuple({version.name: version for version in reversed(left)}.values())[-_MOST_GONE:]
        )

    def named(self, text: str) -> str:
        """Return the name of the version that `text` stands for; one that is there goes before one that is gone."""
        name = version_named(text, self.present)
        return version_named(text, self.gone) if name == UNKNOWN_VERSION else name

    def counted(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return counts of what answers named as counts of versions: those that are there, those gone, unknown ones."""
        names = (version.name for version in (*self.present, *self.gone))
        summed = dict.fromkeys([*names, UNKNOWN_VERSION], 0)
        for text, count in counts.items():
            summed[self.named(text)] += count
        return {name: count for name, count in summed.items() if count}


def _is_name(text: str, version: VersionView) -> bool:
    return text in {version.name, version.name.partition("@")[0]}


def _is_tag(text: str, version: VersionView) -> bool:
    return text in _tags(version)


def _is_hash(text: str, version: VersionView) -> bool:
    return bool(version.hash) and len(text) >= _LEAST_HASH and (version.hash or "").startswith(text)


def _is_pod(text: str, version: VersionView) -> bool:
    """A Deployment's pods bear its ReplicaSet's name, unless it was cut, as apiserver/pkg/storage/names does it.

    Only then, and for other kinds, all pods are looked through: there may be thousands.
    """
    if version.hash and text.rpartition("-")[0].endswith(f"-{version.hash}"):
        return True
    if version.workload.startswith("Deployment/") and len(text) < _CUT_POD_NAME:
        return False
    return any(text == pod.name for pod in version.pods or ())


def _is_workload(text: str, version: VersionView) -> bool:
    return text in {version.workload, version.workload.partition("/")[2]}


def _is_bare(text: str, version: VersionView) -> bool:
    names = (version.name.partition("@")[0], *_tags(version))
    return _bare(text) in {_bare(name) for name in names}


def _is_image(text: str, version: VersionView) -> bool:
    return text in version.images or text in {image.rpartition("/")[2] for image in version.images}


def _tags(version: VersionView) -> Iterable[str]:
    return [image_tag(image) for image in version.images]


def _bare(text: str) -> str:
    return text[1:] if text[:1] in {"v", "V"} and text[1:2].isdigit() else text


_TESTS: tuple[_Test, ...] = (_is_name, _is_tag, _is_hash, _is_pod, _is_workload, _is_image, _is_bare)
