"""What vouches for a new passkey (attestation; WebAuthn Level 2, sections 6.5 and 8).

Pure. It is checked as far as that goes without a list of makers' roots: its form, and that the key
that it names signed this very registration. `none` says nothing. In `packed` the new key signs for
itself, or a maker's certificate does, which comes along and which nobody here can trace to a maker.
So the kind of device (AAGUID) is what the device, or whoever plays one, says of itself. Other forms
are refused: nobody asks for them.
"""

from chalicelib.errors import Corrupt
from chalicelib.people.assertion import NotSigned
from chalicelib.people.person_key import PersonKey, base64url, read_person_key

_MOST_CERTIFICATES = 5
_AAGUID_OF = "1.3.6.1.4.1.45724.1.1.4"  # the extension of a certificate that names the device
_OCTETS = bytes((0x04, 16))  # DER: sixteen bytes


def check_attestation(
    form: str, statement: object, signed: bytes, made: tuple[PersonKey, bytes]
) -> None:
    """Check the attestation *statement* in its *form* over the bytes *signed*. Raises NotSigned.

    *made* is the key that was made, and the AAGUID of its device.
    """
    key, aaguid = made
    match form, statement:
        case "none", {**rest} if not rest:
            return
        case "packed", {"alg": int(alg), "sig": bytes(signature), **rest} if not rest:
            if alg == key.algorithm and key.has_signed(signed, signature):
                return
        case "packed", {"alg": int(alg), "sig": bytes(signature), "x5c": list(chain), **rest} if (
            not rest and 0 < len(chain) <= _MOST_CERTIFICATES and isinstance(chain[0], bytes)
        ):
            maker = _key_of(chain[0], aaguid)
            if alg == maker.algorithm and maker.has_signed(signed, signature):
                return
    raise NotSigned("attestation")


def _key_of(certificate: bytes, aaguid: bytes) -> PersonKey:
    """Return the key of a maker's *certificate*, which may name the device. Raises NotSigned."""
    from cryptography import x509  # heavy: only who makes a passkey pays
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        read = x509.load_der_x509_certificate(certificate)
        extensions = {each.oid.dotted_string: each.value for each in read.extensions}
        spki = read.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        key = read_person_key(base64url(spki))
    except (ValueError, TypeError, Corrupt, x509.DuplicateExtension) as error:
        raise NotSigned("attestation") from error
    named = extensions.get(_AAGUID_OF)
    if isinstance(named, x509.UnrecognizedExtension) and named.value != _OCTETS + aaguid:
        raise NotSigned("attestation")
    return key
