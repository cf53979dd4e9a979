"""Whether the account has room for the shares that a stage reserves of its concurrency.

A function with a share always has it, and never takes more: so no flood at the doors can starve the
others. AWS keeps 100 of what may run at once in the account for functions without a share, and a
new account may have 10 in all: docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import BadInput, Bilingual
from infra.stack.cloud import Cloud, code_of, found

KEPT_FREE = 100
QUOTA = "L-B99A9384"  # of Service Quotas: Lambda, concurrent executions
_FUNCTIONS = {"AWS::Serverless::Function", "AWS::Lambda::Function"}  # as packaged, and as deployed

Shares = dict[str, int]


def planned_shares(template: Mapping[str, Any], values: Mapping[str, str], stack: str) -> Shares:
    """Return the share of each function of *stack* by its name; none where all share alike."""
    shares: Shares = {}
    if values["ConcurrencyPlan"] == "shared":
        return shares
    for name, properties in functions(template, stack):
        _, share, _ = properties["ReservedConcurrentExecutions"]["Fn::If"]
        shares[name] = int(values[share["Ref"]] if isinstance(share, dict) else share)
    return shares


def functions(template: Mapping[str, Any], stack: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the name of each function of *stack*, and its properties in the *template*."""
    for resource in template["Resources"].values():
        if resource["Type"] in _FUNCTIONS:
            named = resource["Properties"]["FunctionName"]["Fn::Sub"]
            yield named.replace("${AWS::StackName}", stack), resource["Properties"]


def check_readers(values: Mapping[str, str]) -> None:
    """Refuse that readers who wait may take more than half of the API. Raises BadInput."""
    readers, requests = int(values["FeedReaders"]), int(values["ApiConcurrency"])
    if 2 * readers > requests:
        zh = f"等待提醒的读者最多占接口并发的一半（ApiConcurrency 为 {requests}）"
        en = f"readers who wait may take half of ApiConcurrency, which is {requests}, and no more"
        raise BadInput(zh=zh, en=en, where="FeedReaders")


def check_room(cloud: Cloud, shares: Shares) -> None:
    """Refuse *shares* that the account cannot hold. Raises BadInput with what is missing.

    Whoever may not ask for the account's limit is refused nothing here: CloudFormation will say it.
    """
    client = cloud.client("lambda")
    try:
        limit = client.get_account_settings()["AccountLimit"]
        own = sum(_share_now(client, name) for name in shares)
    except ClientError as error:
        if code_of(error) != "AccessDeniedException":
            raise
        return
    others = limit["ConcurrentExecutions"] - limit["UnreservedConcurrentExecutions"] - own
    missing = sum(shares.values()) + others + KEPT_FREE - limit["ConcurrentExecutions"]
    if missing > 0:
        refusal = _refusal(cloud.region, limit["ConcurrentExecutions"], others, shares)
        raise BadInput(refusal, "ConcurrencyPlan")


def _refusal(region: str, limit: int, others: int, shares: Shares) -> Bilingual:
    needed = sum(shares.values())
    enough = needed + others + KEPT_FREE
    zh = (
        f"账户在 {region} 的 Lambda 并发上限为 {limit}，放不下并发计划：本环境预留 {needed}，"
        f"其他函数已预留 {others}，AWS 要求另留 {KEPT_FREE}，共需 {enough}。"
        f"请在 Service Quotas 申请提高到 {enough} 以上（{QUOTA}），然后再部署；"
        "或者先加 --set ConcurrencyPlan=shared：各函数共用上限，公众入口拥挤时监督会变慢。"
    )
    en = (
        f"the account's limit of Lambda concurrency in {region} is {limit}, and the plan needs "
        f"{enough}: {needed} for this stage, {others} that others reserve, {KEPT_FREE} that AWS "
        f"keeps free. Ask Service Quotas for {enough} or more ({QUOTA}), or deploy with "
        "--set ConcurrencyPlan=shared: a crowd at the public door then slows supervision down."
    )
    return Bilingual(zh, en)


def _share_now(client: Any, name: str) -> int:
    """Return the share reserved by the function *name*; 0 where it has none, or does not exist."""
    read = partial(client.get_function_concurrency, FunctionName=name)
    share = found(read, "ResourceNotFoundException") or {}
    return int(share.get("ReservedConcurrentExecutions", 0))
