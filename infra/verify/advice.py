"""What a reader should do about the findings of each check, in both languages."""

from typing import NamedTuple


class Advice(NamedTuple):
    """What to do, in Chinese and in English."""

    zh: str
    en: str


_AGAIN = Advice(
    "隔几分钟再核对一次；仍然如此，请保留 --keep 的文件夹，告知运行单位",
    "verify again in some minutes; if it stays, keep the folder of --keep and tell the operator",
)
_SHOW = Advice(
    "请记下案件和条目序号，保留今天的检查点，向运行单位查询，并向监察机关反映",
    "note the case and the index, keep today's checkpoint, ask the operator and the inspectors",
)
_EVIDENCE = Advice(
    "两个签了名的检查点就是证据：请都保留，交监察机关，并与其他读者比对",
    "the two signed checkpoints are the proof: keep both, show them to the inspectors, and compare "
    "them with other readers",
)

_BY_CHECK = {
    "signature": Advice(
        "请核对地址和公钥（另从公报等处取得）；无误则保留检查点，告知运行单位",
        "compare address and key with a gazette; if they are right, keep the checkpoint and tell",
    ),
    **dict.fromkeys(("I1", "I8"), _EVIDENCE),
    **dict.fromkeys(("I2", "I7", "I9"), _AGAIN),
    "I11": Advice(
        "隔一会儿再核对；仍然如此，请与见证人或其他读者比对检查点，并告知运行单位",
        "verify again later; if it stays, compare checkpoints with a witness or another reader",
    ),
    "I12": Advice(
        "请保留回执和事件，先向运行单位查询，再向监察机关反映：回执和检查点就是证据",
        "keep receipts and events, ask the operator, then the inspectors: receipt and checkpoint "
        "are the proof",
    ),
    "I14": Advice(
        "请向报送单位本身核对其公钥和此项报送",
        "compare the key, and the report, with the source itself",
    ),
    **dict.fromkeys(
        ("board", "alerts"),
        Advice(
            "请重新取得再核对；仍然如此，请保存该页和今天的检查点，向监察机关反映",
            "fetch it anew and compare again; if it stays, keep the page and today's checkpoint, "
            "and show them to the inspectors",
        ),
    ),
}


def advice(check: str) -> Advice:
    """Return what to do about findings of a *check*."""
    return _BY_CHECK.get(check, _SHOW)
