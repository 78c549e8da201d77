"""A small OpenID provider for the tests, in a process of its own: `python an_identity_provider.py PORT`.

Real keys, real codes, PKCE and client secret checked. POST /next with JSON says who signs in next and what goes wrong: claims of
the token, and `fault`: signature, algorithm, key, none, issuer_in_answer, described_issuer, userinfo_subject.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "countermark", "a secret: with signs & more"
KEY, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
KID = "key-1"


class Provider(BaseHTTPRequestHandler):
    next_one: dict = {}
    codes: dict = {}
    issuer = ""

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        paths = {
            "/.well-known/openid-configuration": self.describe,
            "/jwks": self.keys,
            "/authorize": lambda: self.authorize(query),
            "/userinfo": self.userinfo,
        }
        paths.get(parts.path, lambda: self.answer({}, 404))()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/next":
            Provider.next_one = json.loads(body)
            return self.answer({})
        return self.token({name: values[0] for name, values in parse_qs(body).items()})

    def describe(self):
        told = Provider.issuer if self.fault() != "described_issuer" else "https://evil.example"
        self.answer({
            "issuer": told,
            "authorization_endpoint": f"{Provider.issuer}/authorize",
            "token_endpoint": f"{Provider.issuer}/token",
            "userinfo_endpoint": f"{Provider.issuer}/userinfo",
            "jwks_uri": f"{Provider.issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
        })  # fmt: skip

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        self.answer({"keys": [{**public, "kid": KID, "use": "sig", "alg": "RS256"}]})

    def authorize(self, query):
        if query.get("client_id") != CLIENT or query.get("code_challenge_method") != "S256" or "nonce" not in query:
            self.answer({"error": "invalid_request"}, 400)
            return
        back = {"state": query["state"], "iss": Provider.issuer}
        if self.fault() == "issuer_in_answer":
            back["iss"] = "https://evil.example"
        if self.fault() == "denied":
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            Provider.codes[back["code"]] = {**query, **Provider.next_one}
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def token(self, form):
        asked = Provider.codes.pop(form.get("code"), None)
        basic = base64.b64decode(self.headers.get("Authorization", "Basic ").split(" ", 1)[1]).decode()
        expected = f"{CLIENT}:a%20secret%3A%20with%20signs%20%26%20more"
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(
            b"="
        )
        if asked is None or basic != expected or challenge.decode() != asked["code_challenge"]:
            return self.answer({"error": "invalid_grant"}, 400)
        if form["redirect_uri"] != asked["redirect_uri"]:
            return self.answer({"error": "invalid_grant"}, 400)
        now = int(time.time())
        usual = {"iss": Provider.issuer, "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 300}
        claims = {name: value for name, value in {**usual, **asked.get("claims", {})}.items() if value is not None}
        return self.answer({"access_token": "at", "token_type": "Bearer", "id_token": self.signed(claims)})

    def signed(self, claims):
        fault = self.fault()
        if fault == "none":
            return jwt.encode(claims, None, algorithm="none")
        if fault == "algorithm":
            return jwt.encode(claims, SECRET * 2, algorithm="HS256", headers={"kid": KID})
        key = OTHER if fault == "signature" else KEY
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "key-9" if fault == "key" else KID})

    def userinfo(self):
        told = Provider.next_one.get("userinfo", {})
        subject = "somebody else" if self.fault() == "userinfo_subject" else Provider.next_one["claims"]["sub"]
        self.answer({"sub": subject, **told})

    def fault(self):
        return Provider.next_one.get("fault", "")

    def answer(self, body, status=200):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        return


if __name__ == "__main__":
    port = int(sys.argv[1])
    Provider.issuer = f"http://127.0.0.1:{port}"
    ThreadingHTTPServer(("127.0.0.1", port), Provider).serve_forever()
