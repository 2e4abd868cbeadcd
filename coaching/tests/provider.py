"""A provider of OpenID Connect for the tests: a real server on this machine, with keys of its own."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "point-of-trust", "a secret of the test"


def new_key(known=[]):  # noqa: B006 - making one takes a while, so two serve all tests
    if len(known) < 2:
        known.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return known


class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        path = urlsplit(self.path).path
        if path == "/authorize":
            self._agree(parse_qs(urlsplit(self.path).query))
            return
        answers = {
            "/.well-known/openid-configuration": server.config,
            "/keys": server.keys,
            "/me": server.user_info,
        }
        self._tell(answers.get(path), 200 if path in answers and not server.is_down else 503)

    def _agree(self, asked):
        """What a provider does once a person has said yes, in a browser."""
        self.server.nonce, self.server.challenge = asked["nonce"][0], asked["code_challenge"][0]
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri'][0]}?code=a-code&state={asked['state'][0]}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append({name: values[0] for name, values in form.items()})
        verifier = form.get("code_verifier", [""])[0]
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if challenge != self.server.challenge or self.server.refusal:
            self._tell(self.server.refusal or {"error": "invalid_grant"}, 400)
            return
        self._tell({"access_token": "opens-me", "token_type": "Bearer", "id_token": self.server.id_token()}, 200)

    def _tell(self, content, status):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def provider(**claims):
    """A server whose next sign-in is of a person with these claims; what it does can be changed on it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.issuer = f"http://127.0.0.1:{server.server_port}"
    new_key()
    server.key, server.other_key = new_key()[0], new_key()[-1]
    server.claims = {"sub": "person-1", "email": "cora@people.example", "email_verified": True, "name": "C."} | claims
    server.header, server.signed_with, server.algorithm = {"kid": "one"}, server.key, "RS256"
    server.asked, server.challenge, server.nonce, server.is_down, server.user_info = [], "", "", False, {}
    server.refusal = None
    server.config = {
        "issuer": server.issuer,
        "authorization_endpoint": f"{server.issuer}/authorize",
        "token_endpoint": f"{server.issuer}/token",
        "userinfo_endpoint": f"{server.issuer}/me",
        "jwks_uri": f"{server.issuer}/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
    public = RSAAlgorithm.to_jwk(server.key.public_key(), as_dict=True)
    server.keys = {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}
    server.id_token = lambda: _id_token(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _id_token(server):
    now = int(time.time())
    usual = {"iss": server.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": server.nonce}
    claims = {name: value for name, value in (usual | server.claims).items() if value is not None}
    return jwt.encode(claims, server.signed_with, algorithm=server.algorithm, headers=server.header)
