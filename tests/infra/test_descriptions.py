"""The functions' clients are the same with what the layer keeps of botocore's descriptions."""

import ast
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session

from infra.stack.descriptions import SERVICES, thin_out
from infra.stack.layer import MADE_BY, ROOT

WHOLE = Path(botocore.__file__).parent / "data"


@pytest.fixture(scope="module")
def thinned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of botocore's data as the layer has it."""
    data = tmp_path_factory.mktemp("botocore") / "data"
    data.mkdir()
    for path in WHOLE.iterdir():
        if path.is_file():
            shutil.copy(path, data)
        elif path.name in (*SERVICES, "sqs"):
            shutil.copytree(path, data / path.name)
    thin_out(data)
    return data


def client(data: Path, service: str, region: str) -> Any:
    """Make a client from the descriptions in *data*."""
    session = Session()
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    return session.create_client(service, region, aws_access_key_id="x", aws_secret_access_key="x")


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_knows_the_same_and_speaks_to_the_same(thinned: Path, service: str) -> None:
    """In either partition."""
    for region in ("us-east-1", "cn-north-1"):
        thin, whole = (client(data, service, region) for data in (thinned, WHOLE))
        assert thin.meta.endpoint_url == whole.meta.endpoint_url
        models = [each.meta.service_model for each in (thin, whole)]
        assert models[0].operation_names == models[1].operation_names
        assert models[0].shape_names == models[1].shape_names


class _SentError(Exception):
    """A request is ready to be sent."""


ASKS: dict[str, Callable[[Any], Any]] = {
    "dynamodb": lambda client: client.get_item(TableName="t", Key={"k": {"S": "v"}}),
    "kms": lambda client: client.sign(KeyId="k", Message=b"m", SigningAlgorithm="ED25519_SHA_512"),
    "lambda": lambda client: client.invoke(FunctionName="f"),
    "s3": lambda client: client.put_object(Bucket="b", Key="k", Body=b"v", IfNoneMatch="*"),
    "secretsmanager": lambda client: client.get_secret_value(SecretId="s"),
}


@pytest.mark.parametrize("service", SERVICES)
def test_a_request_comes_to_be_sent(thinned: Path, service: str) -> None:
    """A client that can be made may still lack what a request is made of."""
    addresses = []
    for data in (thinned, WHOLE):
        asking = client(data, service, "us-east-1")

        def send(request: Any, **_: Any) -> None:
            addresses.append((request.method, request.url))
            raise _SentError

        asking.meta.events.register("before-send", send)
        with pytest.raises(_SentError):
            ASKS[service](asking)
    assert addresses[0] == addresses[1]


def test_the_rest_is_gone(thinned: Path) -> None:
    """Services that no function calls, and texts for people, but for those that botocore reads."""
    assert {path.name for path in thinned.iterdir() if path.is_dir()} == set(SERVICES)
    for path in thinned.glob("*/*/service-2.json"):
        described = json.loads(path.read_text("utf-8"))
        described.pop("clientContextParams", None)
        assert '"documentation": "' not in json.dumps(described)


def test_every_service_that_is_called_is_kept() -> None:
    """DynamoDB is PynamoDB's; the others are named where their clients are made."""
    called = {"dynamodb"}
    for path in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("aws.client", "client"):
                called.add(ast.literal_eval(node.args[0]))
    assert called == set(SERVICES)


def test_a_layer_is_made_anew_where_what_thins_it_out_has_changed() -> None:
    """A layer that lay in `build/` kept its fault after that was mended."""
    assert {path.name for path in MADE_BY} >= {"requirements.txt", "layer.py", "descriptions.py"}
    assert all(path.is_file() for path in MADE_BY)
