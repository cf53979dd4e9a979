"""The OpenAPI document of this API, for anybody: `GET /openapi.json`."""

from chalice.app import Blueprint, Response

from chalicelib.api.openapi import openapi_document
from chalicelib.plumbing.answers import public_json

blueprint = Blueprint(__name__)


@blueprint.route("/openapi.json", methods=["GET"])
def openapi() -> Response:
    """Describe this API."""
    return public_json(openapi_document(), max_age=300)
