"""A trust policy (C2SP tlog-policy): read strictly, and its quorum counted as it says."""

import hashlib
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import BadInput
from chalicelib.log.quorum import Quorum
from chalicelib.log.tlog.note import COSIGNATURE, ED25519, Vkey
from chalicelib.log.tlog.policy import read_policy
from tests.support.trials import times


def key(name, kind=COSIGNATURE):
    """A key of its own for each name."""
    return Vkey(f"{name}.test/k", kind, hashlib.sha256(name.encode()).digest())


LOG = key("log", ED25519)
W = {name: key(name) for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")}

# The example of the specification, its keys filled in.
EXAMPLE = (
    f"log {LOG.text}\n\n"
    + "".join(f"witness {name} {W[name].text}\n" for name in ("X1", "X2", "X3"))
    + "group X-witnesses 2 X1 X2 X3\n\n"
    + "".join(f"witness {name} {W[name].text}\n" for name in ("Y1", "Y2", "Y3"))
    + "group Y-witnesses any Y1 Y2 Y3\n\n"
    + "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
)


def read(text):
    """Read a file that is called `p`."""
    return read_policy(text if isinstance(text, bytes) else text.encode(), "p")


def test_the_example_of_the_specification_counts_as_it_says():
    """At least two of the X, and at least one of the Y: for each of the 64 subsets."""
    policy = read(EXAMPLE)
    assert (dict(policy.logs), policy.needs_witnesses) == ({LOG: ""}, True)
    for signs in product([False, True], repeat=6):
        cosigners = {vkey for vkey, has in zip(W.values(), signs, strict=True) if has}
        assert policy.is_met_by(cosigners) is (sum(signs[:3]) >= 2 and sum(signs[3:]) >= 1)
    assert not policy.is_met_by({key("Z"), key("X1", ED25519), LOG})


@pytest.mark.parametrize(
    ("needed", "met"),
    [("all", [3]), ("any", [1, 2, 3]), ("1", [1, 2, 3]), ("2", [2, 3]), ("3", [3])],
)
def test_words_and_numbers_mean_the_same(needed, met):
    """`any` is 1, `all` is as many as there are."""
    lines = "".join(f"witness {name} {W[name].text}\n" for name in ("X1", "X2", "X3"))
    policy = read(f"{lines}group g {needed} X1 X2 X3\nquorum g\n")
    every = [W["X1"], W["X2"], W["X3"]]
    assert [count for count in range(4) if policy.is_met_by(set(every[:count]))] == met


def test_one_witness_or_none_may_be_the_quorum():
    """Then a group is not needed, nor a witness, nor a log."""
    one = read(f"witness w {W['X1'].text} https://w.test/submit\nquorum w\n")
    assert (one.is_met_by({W["X1"]}), one.is_met_by({W["X2"]})) == (True, False)
    assert one.witnesses == {"w": (W["X1"], "https://w.test/submit")}
    none = read("quorum none\n")
    assert (none.needs_witnesses, none.is_met_by(()), none.logs) == (False, True, {})


def test_blanks_comments_and_order_mean_nothing():
    """But for what a line refers to, which stands above."""
    plain = read(EXAMPLE)
    lines = ["\t # a comment", "", " \t", "#quorum none"]
    wide = "\t \t"
    odd = [f"{wide}{line.replace(' ', wide)}{wide}" for line in EXAMPLE.splitlines()[1:]]
    text = "\n".join([*lines, *odd, f"log\t{LOG.text}", "# 终"]) + "\n"
    assert read(text) == plain


def test_names_are_octets():
    """A Kelvin sign is no K, a wide blank is no blank, and what is no UTF-8 is a name as well."""
    keys = list(W.values())
    names = [b"K", "\u212a".encode(), "a\u00a0b\u3000".encode(), b"\xff\xfe"]
    lines = [
        b"witness %s %s" % (name, vkey.text.encode())
        for name, vkey in zip(names, keys, strict=False)
    ]
    for at, name in enumerate(names):
        policy = read(b"\n".join([*lines, b"quorum " + name, b""]))
        assert [policy.is_met_by({vkey}) for vkey in keys[:4]] == [at == n for n in range(4)]


A, B = W["X1"].text, W["X2"].text
TWICE = Vkey("another.name/k", COSIGNATURE, W["X1"].public).text
REFUSED = [
    (1, "wittness a b\n", "不认识"),
    (1, "Log " + LOG.text + "\n", "不认识"),
    (1, "log\n", "项数"),
    (1, f"log {LOG.text} u v\n", "项数"),
    (1, f"witness {A}\n", "项数"),
    (1, f"witness a {A} u v\n", "项数"),
    (1, "quorum\n", "项数"),
    (1, "quorum none none\n", "项数"),
    (2, f"witness a {A}\ngroup g any\n", "项数"),
    (1, f"log {A}\n", "0x04"),
    (1, f"witness a {LOG.text}\n", "0x01"),
    (1, f"log {LOG.text[:-4]}\n", "not a verifier key"),
    (1, b"log \xff" + LOG.text.encode() + b"\n", "UTF-8"),
    (2, f"log {LOG.text}\nlog {LOG.text} u\n", "已有一行 log"),
    (2, f"witness a {A}\nwitness b {TWICE}\n", "已有一行 witness"),
    (2, f"witness a {A}\nwitness a {B}\n", "已被占用"),
    (2, f"witness a {A}\ngroup a any a\n", "已被占用"),
    (1, f"witness none {A}\n", "已被占用"),
    (2, f"witness a {A}\ngroup none any a\n", "已被占用"),
    (2, f"witness a {A}\ngroup g any a b\n", "没有名为 'b'"),
    (2, f"witness a {A}\ngroup g any g\n", "没有名为 'g'"),
    (2, f"witness a {A}\ngroup g any none\n", "没有名为 'none'"),
    (2, f"witness a {A}\ngroup g any a a\n", "只能列入一次"),
    (3, f"witness a {A}\ngroup g any a\ngroup h any a\n", "只能列入一次"),
    *((2, f"witness a {A}\ngroup g {k} a\n", "all、any") for k in ("0", "2", "-1", "+1", "01")),
    *((2, f"witness a {A}\ngroup g {k} a\n", "all、any") for k in ("ALL", "1.0", "一")),
    (1, f"quorum a\nwitness a {A}\n", "没有名为 'a'"),
    (2, "quorum none\nquorum none\n", "已有一行 quorum"),
    (1, "quorum none", "没有换行"),
    (2, "quorum none\nlog", "项数"),
    (2, "quorum none\n# cut", "没有换行"),
    (1, "quorum none\r\n", "0x0d"),
    (2, b"quorum none\n#\x00\n", "0x00"),
    (1, b"#\x7f\nquorum none\n", "0x7f"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "text", "why"), REFUSED, ids=range(len(REFUSED)))
def test_what_the_specification_does_not_allow_is_refused_by_its_line(line, text, why):
    """In Chinese, then in English."""
    with pytest.raises(BadInput, match=why) as refused:
        read(text)
    assert refused.value.where == f"p:{line}"


def test_a_policy_without_a_quorum_is_none():
    """Who wants no witness says so."""
    for text in ("", f"log {LOG.text}\n", f"witness a {A}\ngroup g any a\n"):
        with pytest.raises(BadInput, match="quorum none") as refused:
            read(text)
        assert refused.value.where == "p"


def test_a_long_policy_is_read_and_counted():
    """A thousand groups one in another: nothing is followed by calls within calls."""
    lines = [f"witness w0 {key('w0').text}"]
    lines += [f"group g{n} all {f'g{n - 1}' if n else 'w0'}" for n in range(1000)]
    policy = read("\n".join([*lines, "quorum g999", ""]))
    assert policy.is_met_by({key("w0")})
    assert not policy.is_met_by({key("w1")})


def holds(meaning, seen):
    """Whether the witnesses *seen* are enough: a name, or so many of several meanings."""
    if isinstance(meaning, str):
        return meaning in seen
    needed, parts = meaning
    return sum(holds(part, seen) for part in parts) >= needed


@st.composite
def policies(draw):
    """A policy's text, what it means, and how many witnesses it has."""
    count = draw(st.integers(1, 6))
    meanings: dict[str, object] = {f"w{n}": f"w{n}" for n in range(count)}
    lines = [f"witness w{n} {key(f'w{n}').text}" for n in range(count)]
    free = list(meanings)
    for n in range(draw(st.integers(0, 4))):
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        needed = draw(st.integers(1, len(members)))
        meanings[f"g{n}"] = (needed, [meanings[name] for name in members])
        lines.append(f"group g{n} {needed} {' '.join(members)}")
        free = [name for name in free if name not in members] + [f"g{n}"]
    quorum = draw(st.sampled_from(list(meanings)))
    return "\n".join([*lines, f"quorum {quorum}", ""]), meanings[quorum], count


@settings(max_examples=times(80))
@given(policies())
def test_any_nesting_counts_by_its_meaning_and_is_written_as_it_is_read(made):
    """Each group by its members alone."""
    text, meaning, count = made
    policy = read(text)
    assert read(policy.text) == policy
    for signs in product([False, True], repeat=count):
        names = {f"w{n}" for n, has in enumerate(signs) if has}
        assert policy.is_met_by({key(name) for name in names}) is holds(meaning, names)


def test_a_quorum_of_the_log_is_a_policy():
    """So many of all; whatever the witnesses are called."""
    quorum = Quorum()
    for name in ("none", "witnesses", "w.test/w"):
        vkey = Vkey(name, COSIGNATURE, hashlib.sha256(name.encode()).digest())
        quorum = quorum.with_witness(vkey.text, f"https://{name}/")
    logs = {LOG: "https://log.test/log"}
    written = quorum.with_needed(2).policy(logs)
    assert read(written.text) == written
    assert f"log {LOG.text} https://log.test/log\n" in written.text
    assert "group witnesses- 2 none- witnesses w.test/w\nquorum witnesses-\n" in written.text
    keys = [witness.vkey for witness in quorum.witnesses]
    assert [written.is_met_by(set(keys[:n])) for n in range(4)] == [False, False, True, True]
    unneeded = quorum.policy(logs).text
    assert unneeded.endswith("quorum none\n")
    assert unneeded.count("witness ") == 3


def test_a_key_witnesses_once():
    """Under another name it would be counted twice."""
    one = Quorum().with_witness(A, "https://a")
    with pytest.raises(BadInput, match="一把公钥"):
        one.with_witness(TWICE, "https://b")
    assert one.with_witness(A, "https://c").witnesses[0].url == "https://c"
