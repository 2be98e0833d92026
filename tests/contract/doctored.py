"""Documents that are wrong on purpose, for `scripts/drift.py` to find out."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .document import APISERVER, CORE, Document, Node


@dataclass(frozen=True)
class Wrong:
    """One mistake in the document."""

    tag: str
    """The half that shows it."""
    make: Callable[[Node], object]
    says: str
    """What the script has to say about it."""


def _rename(node: Node, old: str, new: str) -> None:
    node[new] = node.pop(old)


def _parameter(content: Node, path: str, method: str, name: str) -> Node:
    parameters: list[Node] = content["paths"][path][method]["parameters"]
    [found] = [parameter for parameter in parameters if parameter["name"] == name]
    return found


CREATE = "/deployments/create"

DOCTORED = {
    "a path is missing": Wrong(
        APISERVER,
        lambda content: content["paths"].pop(CREATE),
        f"only the server has POST {CREATE}",
    ),
    "a path is too many": Wrong(
        CORE,
        lambda content: _rename(content["paths"], "/services/deregister", "/services/remove"),
        "only the document has POST /services/remove",
    ),
    "a method is another": Wrong(
        CORE,
        lambda content: _rename(content["paths"]["/sessions/create"], "post", "put"),
        "only the document has PUT /sessions/create",
    ),
    "a parameter is called otherwise": Wrong(
        APISERVER,
        lambda content: _parameter(content, CREATE, "post", "reload").update(name="again"),
        f"POST {CREATE}: only the document has parameter again in query",
    ),
    "a field is required that is not": Wrong(
        CORE,
        lambda content: content["components"]["schemas"]["ServiceRegistration"].update(
            required=["service_name", "description", "host"]
        ),
        "POST /services/register: field host: required is true in the document, false there",
    ),
    "an answer has another type": Wrong(
        APISERVER,
        lambda content: content["components"]["schemas"]["ApiServerStatus"]["properties"].update(
            status_message={"type": "integer"}
        ),
        "GET /status/ answers otherwise than documented: status_message: ",
    ),
}


def write_doctored(document: Document, folder: Path) -> dict[str, Path]:
    """Write the wrong documents into a folder. JSON is YAML."""
    paths = {}
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, wrong) in enumerate(DOCTORED.items()):
        content = copy.deepcopy(document.content)
        wrong.make(content)
        paths[name] = folder / f"doctored-{number}.yaml"
        paths[name].write_text(json.dumps(content))
    return paths
