"""Whether the public reaches a stage's address: in China that takes an ICP recordal (ICP 备案).

Source: docs.amazonaws.cn, Getting Started with Amazon Web Services in China, Amazon API Gateway:
it answers requests without authentication only for accounts with a valid ICP licence, asked for
in Beijing and in Ningxia apart; every custom domain needs one. The public log, the board and signed
webhooks are such requests: their authentication is Duban's own.
"""

import urllib.error
import urllib.request
from collections.abc import Iterator

from chalicelib.errors import Bilingual
from infra.terminal.language import say

CHINA = "cn-"
WAIT_SECONDS = 10
_RECORDAL = Bilingual(
    "中国区：公开地址须有 ICP 备案，北京、宁夏两区分别办理，自有域名也须备案"
    "；未备案前 API Gateway 拒绝一切未经其认证的请求，报送、公示和公开日志都在其内",
    "China: a public address needs an ICP recordal, in Beijing and Ningxia apart; until then"
    " API Gateway refuses whatever it does not authenticate: webhooks, board and public log",
)


def remarks(region: str, url: str) -> Iterator[str]:
    """Yield what an operator in China has to know of the address, a line for each."""
    if not region.startswith(CHINA):
        return
    yield say(*_RECORDAL)
    if (status := _status(url)) != 200:  # noqa: PLR2004 -- HTTP's own number
        found = status or say("没有应答", "no answer")
        zh = f"现在从这里访问 {url}/healthz：{found}。请向服务商申请备案，见 docs/operating.md"
        en = f"from here {url}/healthz answers: {found}; ask your provider, see"
        yield say(zh, f"{en} docs/operating.en.md")


def _status(url: str) -> int:
    """Return the status with which the address answers; 0 where nobody does."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=WAIT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
