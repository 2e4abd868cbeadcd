"""The OpenAPI document, for machines, and a page to read it."""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coaching.api.site import DOCUMENT
from engagements.access import ANYBODY, EVERYBODY, open_to


@require_safe
@open_to(ANYBODY)
def api_schema(request):
    """The same for everybody: it tells what there is to ask, and nothing of anybody."""
    return JsonResponse(DOCUMENT)


@require_safe
@open_to(EVERYBODY)
def api_reference(request):
    """Every operation in words."""
    context = {
        "title": "API",
        "sections": sections_of(DOCUMENT),
        "address": f"{settings.SITE_URL}/api/v1/",
        "per_minute": settings.API_REQUESTS_PER_MINUTE,
    }
    return render(request, "coaching/api_reference.html", context)


def sections_of(document):
    """[{title, operations}] of a document, ready to be shown."""
    found = {}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            found.setdefault(operation["tags"][0], []).append(_operation(document, path, verb, operation))
    return [{"title": title, "operations": operations} for title, operations in found.items()]


def _operation(document, path, verb, operation):
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answer = next(one for status, one in operation["responses"].items() if int(status) < 300)
    schema = answer["content"]["application/json"]["schema"]
    asked = [parameter for parameter in operation["parameters"] if parameter["in"] != "path"]
    return {
        "name": operation["operationId"],
        "verb": verb.upper(),
        "path": path,
        "words": operation["description"],
        "parameters": [
            _field(document, one["name"], one["schema"], one.get("required"), one.get("description")) for one in asked
        ],
        "body": _fields(document, body) if body else [],
        "answer": _fields(document, schema),
        "statuses": ", ".join(operation["responses"]),
    }


def _fields(document, schema):
    schema = _resolved(document, schema)
    required = schema.get("required", ())
    return [_field(document, name, one, name in required) for name, one in schema.get("properties", {}).items()]


def _field(document, name, schema, is_required=False, words=None):
    words = words or schema.get("description", "")
    return {"name": name, "kind": _kind(document, schema), "is_required": is_required, "words": words}


def _kind(document, schema):
    """What kind of value it is, in a few words."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(document, one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of: {_kind(document, schema['items'])}"
    if schema.get("type") == "object":
        return ", ".join(schema.get("properties", {})) or "names and values"
    kind = schema.get("format") or schema.get("type", "")
    if "minimum" in schema and "maximum" in schema:
        return f"{kind} {schema['minimum']} to {schema['maximum']}"
    return kind


def _resolved(document, schema):
    if len(schema.get("allOf", ())) == 1:
        schema = schema["allOf"][0]
    if "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
