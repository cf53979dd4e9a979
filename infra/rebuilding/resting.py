"""Let the functions that write rest, and give them their shares back.

A function with a share of 0 is never started: its streams keep their records, its schedules pass.
CloudFormation does not see that the share is another than the template's, and leaves it so.
"""

import time

from infra.stack import formation
from infra.stack.cloud import Cloud
from infra.stack.concurrency import functions, planned_shares
from infra.stack.formation import Progress, not_there
from infra.terminal.language import say

WRITERS = ("supervise", "seal", "sweep", "reconcile", "publish", "project")
API = "api"


def rest(cloud: Cloud, stage: str, progress: Progress, *, api: bool) -> None:
    """Let the writers of *stage* rest, and the *api*; wait until those that run have ended.

    Crash in between: some rest; the same again lets all of them rest, `wake` none.
    """
    client, longest = cloud.client("lambda"), 0
    for function in (*WRITERS, *([API] if api else [])):
        name = f"{formation.stack_name(stage)}-{function}"
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        longest = max(longest, client.get_function_configuration(FunctionName=name)["Timeout"])
    zh = "写入的函数已停，报送在收件表中等待" if not api else "写入的函数和接口已停"
    en = f"the functions that write rest{', and so does the API' if api else ''}"
    progress(say(zh, en))
    if not cloud.is_local:
        zh = f"等待 {longest} 秒，让运行中的结束"
        progress(say(zh, f"{longest} s until those that run have ended"))
        time.sleep(longest)


def wake(cloud: Cloud, stage: str, progress: Progress) -> None:
    """Give every function of *stage* the share that its template has (ADR 0066). Raises BadInput.

    Crash in between: some rest still; the same again.
    """
    stack, client = formation.stack_name(stage), cloud.client("lambda")
    if formation.describe(cloud, stack) is None:
        raise not_there(stage)
    template = formation.processed_template(cloud, stack)
    values = formation.parameters_of(cloud, stack)
    shares = planned_shares(template, values, stack)
    for name, _ in functions(template, stack):
        if name in shares:
            share = shares[name]
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=share)
        else:
            client.delete_function_concurrency(FunctionName=name)
    progress(say("函数恢复运行", "the functions run again"))
