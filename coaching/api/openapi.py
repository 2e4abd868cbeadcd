"""Completes the OpenAPI document: refusals of each operation, and what a refusal looks like. Plain data only."""

from coaching.api.problems import DETAILS, MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "message"],
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
ALWAYS = (401, 403, 404, 422, 429)
WRITING = (400, 409, 410, 413, 415, 503)
MORE = {
    409: "Not now: another session is there, it is logged already, or the agreement is missing.",
    410: "The words of this engagement were erased.",
    422: "Something of it does not fit.",
}


def completed(document):
    """The document with refusals, and without what only ninja knows."""
    document = dict(document)
    document["components"]["schemas"]["Problem"] = PROBLEM
    for path in document["paths"].values():
        for verb, operation in path.items():
            operation["responses"] = {str(status): one for status, one in operation["responses"].items()}
            operation["operationId"] = operation["operationId"].rpartition("ing_")[2]
            for status in sorted({*ALWAYS, *(WRITING if verb == "post" else ())}):
                operation["responses"][str(status)] = _refusal(status)
            _mend_no_content(operation)
    return document


def _refusal(status):
    words = MORE.get(status, DETAILS.get(status, ""))
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _mend_no_content(operation):
    """Answers are described in words, not as “OK”."""
    for status, answer in operation["responses"].items():
        if int(status) < 300:
            answer["description"] = "Done" if status == "201" else "As you may see it"
