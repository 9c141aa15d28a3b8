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

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Issuer:
    """``with Issuer() as issuer: issuer.url``; ``down`` makes it answer 503, ``asked`` counts requests."""

    def __init__(self) -> None:
        self.private: dict[str, tuple[str, PrivateKey]] = {}
        self.down = False
        self.asked = 0
        self.add("first", "RS256")
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                content = b"{}" if issuer.down else json.dumps(issuer.published()).encode()
                self.send_response(503 if issuer.down else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/jwks.json"

    def add(self, kid: str, algorithm: str) -> None:
        """Make a key and publish it."""
        key: PrivateKey = (
            rsa.generate_private_key(public_exponent=65537, key_size=2048)
            if algorithm == "RS256"
            else ec.generate_private_key(ec.SECP256R1())
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
            keys.append({**key, "kid": kid, "use": "sig", "alg": algorithm})
        return {"keys": keys}

    def token(self, kid: str = "first", **claims: Any) -> str:
        """A token for an hour, of tenant ``us`` and a reader, unless the claims say otherwise."""
        algorithm, key = self.private[kid]
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        content = {"sub": "ann", "exp": time.time() + 3600, "tenant": "us", "roles": ["reader"], **claims}
        present = {name: value for name, value in content.items() if value is not None}
        return str(jwt.encode(present, pem.decode(), algorithm=algorithm, headers={"kid": kid}))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
