"""An OpenID Connect issuer on loopback: its keys, and tokens that it signs."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwk, jwt

from app.settings import Settings

ISSUER, AUDIENCE = "https://issuer.example", "knowledge-base"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Issuer:
    """``with Issuer() as issuer: issuer.url``; ``down`` makes it answer 503, ``asked`` counts requests.

    ``sends`` are bytes that are sent in place of an answer, of one where ``sends_once``, ``slowly`` seconds
    before each of them; ``left`` counts who did not wait for the end of them.
    """

    def __init__(self) -> None:
        self.private: dict[str, tuple[str, PrivateKey]] = {}
        self.down = False
        self.asked = 0
        self.sends: bytes | None = None
        self.sends_once = False
        self.slowly = 0.0
        self.left = 0
        self.changes: dict[str, Any] = {}  # of every key that is published
        self.add("first", "RS256")
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                if issuer.sends is not None:
                    sends, issuer.sends = issuer.sends, None if issuer.sends_once else issuer.sends
                    self.drip(sends)
                    return
                content = b"{}" if issuer.down else json.dumps(issuer.published()).encode()
                self.send_response(503 if issuer.down else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def drip(self, content: bytes) -> None:
                try:
                    for byte in content:
                        time.sleep(issuer.slowly)
                        self.wfile.write(bytes([byte]))
                except OSError:
                    issuer.left += 1

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def settings(self) -> Settings:
        """Those with which its tokens are taken."""
        return Settings(jwks_url=self.url, jwt_issuer=ISSUER, jwt_audience=AUDIENCE)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/jwks.json"

    def add(
        self,
        kid: str,
        algorithm: str,
        bits: int = 2048,
        curve: ec.EllipticCurve = ec.SECP256R1(),  # noqa: B008
    ) -> None:
        """Make a key and publish it."""
        key: PrivateKey = (
            rsa.generate_private_key(public_exponent=65537, key_size=bits)
            if algorithm == "RS256"
            else ec.generate_private_key(curve)
        )
        self.private[kid] = algorithm, key

    def public_pem(self, kid: str) -> bytes:
        return (
            self.private[kid][1]
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )

    def published(self) -> dict[str, Any]:
        keys = []
        for kid, (algorithm, _) in self.private.items():
            key = jwk.construct(self.public_pem(kid).decode(), algorithm).to_dict()
            keys.append({**key, "kid": kid, "use": "sig", "alg": algorithm} | self.changes)
        return {"keys": keys}

    def token(self, kid: str = "first", **claims: Any) -> str:
        """A token for an hour, of tenant ``us`` and a reader, unless the claims say otherwise."""
        algorithm, key = self.private[kid]
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        content = {
            "sub": "ann",
            "exp": time.time() + 3600,
            "tenant": "us",
            "roles": ["reader"],
            "iss": ISSUER,
            "aud": AUDIENCE,
            **claims,
        }
        present = {name: value for name, value in content.items() if value is not None}
        return str(jwt.encode(present, pem.decode(), algorithm=algorithm, headers={"kid": kid}))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
