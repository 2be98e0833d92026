"""Mistakes in the OpenAPI document are noticed: `differences` finds those that a server's own
document shows, the checks of the responses the others."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TypeAlias

import pytest

from scripts.contract.document import APISERVER, CORE, GENERATIONS_KEY, Document, Half, Node
from scripts.drift import differences

from .conftest import Recorded
from .fidelity import Fidelity
from .record import REAL

pytestmark = pytest.mark.timeout(900)  # the first test of a generation starts its servers

GENERATION = "0.8"
"""It has both halves."""

SCHEMAS = "components/schemas"
CREATE = "paths/~1deployments~1create"
Mistake: TypeAlias = tuple[str, Callable[[Node], object], str]
"""Where it is, how it is made, and a part of the message."""

IN_DOCUMENTS: dict[str, Mistake] = {
    "a missing path": (
        "paths",
        lambda paths: paths.pop("/deployments/create"),
        "only the server has POST /deployments/create",
    ),
    "another method": (
        "paths/~1sessions~1create",
        lambda item: item.update(put=item.pop("post")),
        "only the document has PUT /sessions/create",
    ),
    "another parameter": (
        f"{CREATE}/post",
        lambda operation: operation["parameters"][0].update(name="again"),
        "POST /deployments/create: only the document has parameter again in query",
    ),
    "a field that is required": (
        f"{SCHEMAS}/ServiceRegistration",
        lambda schema: schema["required"].append("host"),
        "POST /services/register: field host: required is true in the document, false there",
    ),
}
IN_RESPONSES: dict[str, Mistake] = {
    "a missing status": (
        "paths/~1deployments~1{deployment_name}/get/responses",
        lambda responses: responses.pop("404"),
        "status 404 is not documented",
    ),
    "a status too many": (
        "paths/~1status~1/get/responses",
        lambda responses: responses.update({"418": {"description": "Never."}}),
        "0.8 API server get_status: 418",
    ),
    "a status of other generations": (
        "components/responses/ControlPlaneFailed",
        lambda response: response.update({GENERATIONS_KEY: ["0.6", "0.7"]}),
        "status 500 is not documented",
    ),
    "another content type": (
        "paths/~1status~1metrics/get/responses/200/content",
        lambda content: content.update({"text/html": content.pop("text/plain")}),
        "content type 'text/plain' is not documented",
    ),
    "a missing field": (
        f"{SCHEMAS}/TaskResult/properties",
        lambda fields: fields.pop("data"),
        "is not valid under any of the schemas",
    ),
    "a field too many": (
        f"{SCHEMAS}/SessionDefinition/properties",
        lambda fields: fields.update(more={"type": "string"}),
        "SessionDefinition.more: string",
    ),
    "a required field that may be absent": (
        f"{SCHEMAS}/ValidationErrorItem",
        lambda schema: schema.update(required=["loc", "msg", "type", "ctx"]),
        '"ctx" is a required property',
    ),
    "a type too many": (
        f"{SCHEMAS}/DeploymentDefinition/properties/name",
        lambda schema: schema.update(type=["string", "null"]),
        "DeploymentDefinition.name: null",
    ),
    "an event of another form": (
        f"{SCHEMAS}/RawEvent/properties",
        lambda fields: fields.update(name=fields.pop("qualified_name")),
        "RawEvent.",
    ),
}


def wrong(document: Document, mistake: Mistake) -> Document:
    result = Document(copy.deepcopy(document.content))
    place, make, _ = mistake
    make(result.resolve({"$ref": f"#/{place}"}))
    return result


@pytest.mark.parametrize("name", IN_DOCUMENTS)
def test_a_difference_from_a_servers_own_document(
    document: Document, recorded: Recorded, name: str
) -> None:
    mistaken = wrong(document, IN_DOCUMENTS[name])
    served = recorded(GENERATION, REAL).served
    assert IN_DOCUMENTS[name][2] in [
        difference
        for tag in (APISERVER, CORE)
        for difference in differences(mistaken.of(Half(GENERATION, tag)), Document(served[tag]))
    ]


@pytest.mark.parametrize("name", IN_RESPONSES)
def test_a_difference_from_responses(document: Document, recorded: Recorded, name: str) -> None:
    right, mistaken = (
        Fidelity(each, [recorded(GENERATION, REAL)])
        for each in (document, wrong(document, IN_RESPONSES[name]))
    )
    new = [*mistaken.problems, *sorted(mistaken.unseen - right.unseen)]
    assert any(IN_RESPONSES[name][2] in message for message in new)
