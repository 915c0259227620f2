#!/usr/bin/env python3
"""Computes ikev2-keys.txt from RFC 7296 sections 2.13 to 2.18 with nothing but Python's hmac and hashlib.

Run it in this directory to write the file again; nothing in it is random."""
import hashlib
import hmac

PRF = {"PRF_HMAC_SHA2_256": ("sha256", 32), "PRF_HMAC_SHA2_384": ("sha384", 48), "PRF_HMAC_SHA2_512": ("sha512", 64)}
INTEG = {"-": 0, "HMAC_SHA2_256_128": 32, "HMAC_SHA2_384_192": 48, "HMAC_SHA2_512_256": 64}
ENCR = {"AES_CBC": 0, "AES_GCM_16": 4, "CHACHA20_POLY1305": 4}  # salt
lines = ["# IKEv2 known answers, computed by ikev2-keys.py beside this file (RFC 7296 sections 2.13 to 2.18)."]


def material(label, length):
    out = b""
    while len(out) < length:
        out += hashlib.sha512(b"keylane %s %d" % (label.encode(), len(out))).digest()
    return out[:length]


def prf(name, key, data):
    return hmac.new(key, data, PRF[name][0]).digest()


def prf_plus(name, key, seed, length):
    out, block, n = b"", b"", 1
    while len(out) < length:
        block = prf(name, key, block + seed + bytes([n]))
        out += block
        n += 1
    return out[:length]


def cut(stream, *lengths):
    parts = []
    for length in lengths:
        parts.append(stream[:length])
        stream = stream[length:]
    return parts


def entry(**fields):
    lines.append("")
    lines.extend("%s = %s" % (k, v.hex() if isinstance(v, bytes) else v) for k, v in fields.items())


def ike(label, old_prf, encr, bits, prf_name, integ, secret_size, nonce_size):
    ni, nr = material(label + "ni", nonce_size), material(label + "nr", nonce_size + 3)
    spii, spir, shared = material(label + "i", 8), material(label + "r", 8), material(label + "g", secret_size)
    old_d = material(label + "d", PRF[old_prf][1]) if old_prf else b""
    seed = prf(old_prf, old_d, shared + ni + nr) if old_prf else prf(prf_name, ni + nr, shared)
    p, a, e = PRF[prf_name][1], INTEG[integ], bits // 8 + ENCR[encr]
    d, ai, ar, ei, er, pi, pr = cut(
        prf_plus(prf_name, seed, ni + nr + spii + spir, 3 * p + 2 * a + 2 * e), p, a, a, e, e, p, p)
    entry(kind="ike", oldPrf=old_prf or "-", oldSkD=old_d, encryption=encr, keyBits=bits, prf=prf_name, integrity=integ,
          ni=ni, nr=nr, spiI=spii, spiR=spir, sharedSecret=shared, d=d, ai=ai, ar=ar, ei=ei, er=er, pi=pi, pr=pr)


def child(label, prf_name, encr, bits, integ, secret_size):
    ni, nr, shared = material(label + "ni", 32), material(label + "nr", 40), material(label + "g", secret_size)
    d = material(label + "d", PRF[prf_name][1])
    e, a = bits // 8 + ENCR[encr], INTEG[integ]
    ei, ai, er, ar = cut(prf_plus(prf_name, d, shared + ni + nr, 2 * (e + a)), e, a, e, a)
    entry(kind="child", prf=prf_name, encryption=encr, keyBits=bits, integrity=integ, ni=ni, nr=nr, sharedSecret=shared,
          d=d, ei=ei, ai=ai, er=er, ar=ar)


def auth(label, prf_name, psk, id_type, id_data):
    message, nonce = material(label + "m", 217), material(label + "n", 32)
    sk_p = material(label + "p", PRF[prf_name][1])
    body = bytes([id_type, 0, 0, 0]) + id_data
    value = prf(prf_name, prf(prf_name, psk, b"Key Pad for IKEv2"), message + nonce + prf(prf_name, sk_p, body))
    entry(kind="auth", prf=prf_name, psk=psk, message=message, nonce=nonce, skP=sk_p, idType=id_type, idData=id_data,
          auth=value)


S256, S384, S512 = PRF
ike("1", None, "AES_CBC", 128, S256, "HMAC_SHA2_256_128", 32, 32)
ike("2", None, "AES_GCM_16", 128, S256, "-", 32, 16)
ike("3", None, "AES_GCM_16", 256, S384, "-", 48, 253)
ike("4", None, "CHACHA20_POLY1305", 256, S512, "-", 256, 32)
ike("5", None, "AES_CBC", 256, S512, "HMAC_SHA2_512_256", 384, 64)
ike("6", S256, "AES_GCM_16", 256, S512, "-", 32, 32)
ike("7", S512, "AES_CBC", 128, S256, "HMAC_SHA2_384_192", 48, 32)
child("8", S256, "AES_GCM_16", 128, "-", 0)
child("9", S256, "AES_GCM_16", 128, "-", 32)
child("10", S384, "AES_CBC", 256, "HMAC_SHA2_512_256", 0)
child("11", S512, "AES_CBC", 128, "HMAC_SHA2_256_128", 384)
child("12", S512, "CHACHA20_POLY1305", 256, "-", 48)
auth("13", S256, b"secret", 2, b"host1")
auth("14", S384, material("psk", 200), 1, bytes([192, 0, 2, 1]))
auth("15", S512, b"\0", 11, bytes(range(20)))
with open("ikev2-keys.txt", "w") as f:
    f.write("\n".join(lines) + "\n")
