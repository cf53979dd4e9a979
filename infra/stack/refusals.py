"""Give the local cloud's gateway our form of refusals.

MiniStack does not read them from an API's definition, as AWS does, but knows the calls for them;
they take effect with the next deployment of the API.
"""

from collections.abc import Mapping
from typing import Any

from infra.stack.cloud import Cloud


def put_refusals(cloud: Cloud, api: str, properties: Mapping[str, Any]) -> None:
    """Put what the template's *properties* of the API say into the gateway's *api*."""
    gateway = cloud.client("apigateway")
    for kind, refusal in properties["GatewayResponses"].items():
        headers = refusal["ResponseParameters"]["Headers"]
        code = {"statusCode": str(refusal["StatusCode"])} if "StatusCode" in refusal else {}
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            responseParameters={f"gatewayresponse.header.{k}": v for k, v in headers.items()},
            responseTemplates=refusal["ResponseTemplates"],
            **code,
        )
    gateway.create_deployment(restApiId=api, stageName=properties["StageName"])
