"""Verifier keys and the signer behind them: what is written of a key, and what is no key."""

import hashlib

import pytest

from chalicelib.errors import BadInput
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.vkey import COSIGNATURE, ED25519, Vkey, read_vkey

# AUDIT_LOG §3.2.
LOG = SeedSigner(hashlib.sha256(b"kat").digest())
WITNESS = SeedSigner(hashlib.sha256(b"kat-w").digest())
LOG_VKEY = "audit.example.gov/log+71026023+AYI/Tz/WqE3skOoof9rCN2YZPAxIcKy9Vdooj6slGm9r"
WITNESS_VKEY = "witness.example.org/w1+ee2c568f+BCeiHrf4YDZRZN+i8YWh6tQz/r0bcPjyYc3489uRSzal"


def test_the_projects_own_keys():
    """Made from their seeds, and read back."""
    log, witness = read_vkey(LOG_VKEY), read_vkey(WITNESS_VKEY)
    assert log == Vkey("audit.example.gov/log", ED25519, LOG.public)
    assert witness == Vkey("witness.example.org/w1", COSIGNATURE, WITNESS.public)
    assert (log.text, witness.text) == (LOG_VKEY, WITNESS_VKEY)
    assert (log.id.hex(), witness.id.hex()) == ("71026023", "ee2c568f")


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a+b", "a+b+c", LOG_VKEY[:-1], LOG_VKEY + "=", LOG_VKEY.replace("71", "72"),
        LOG_VKEY.replace("+71026023", "+7102602"), LOG_VKEY.replace("audit", "Audit"),
        LOG_VKEY.replace("+AYI", "+AoI"), "+71026023+AYI/Tz/WqE3skOoof9rCN2YZPAxIcKy9Vdooj6slGm9r",
        LOG_VKEY + "\n", " " + LOG_VKEY, WITNESS_VKEY.upper(), LOG_VKEY.replace("/", " ", 1),
        LOG_VKEY.replace("+AYI/", "+AYI_"),
    ],
)  # fmt: skip
def test_what_is_no_verifier_key(text):
    """The operator is told."""
    with pytest.raises(BadInput):
        read_vkey(text)


def test_a_key_of_an_unknown_kind_is_refused():
    """ML-DSA-44 and others cannot be checked here, so they cannot be asked for."""
    other = Vkey("a.example/key", 0x06, LOG.public)
    with pytest.raises(BadInput, match="0x06"):
        read_vkey(other.text)


def test_the_signer_of_a_seed():
    """RFC 8032 section 7.1, tests 1 and 2; and a seed has 32 bytes."""
    first = SeedSigner(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert first.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert first.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    second = SeedSigner(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    assert second.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    with pytest.raises(ValueError, match="32"):
        SeedSigner(b"short")
