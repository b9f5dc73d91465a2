import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt

gateway = os.environ["GATEWAY"]
issuer = os.environ.get("ISSUER", gateway)
keys = jwt.PyJWKClient(f"{gateway}/.well-known/jwks.json", lifespan=300)


class Application(BaseHTTPRequestHandler):
    def do_GET(self):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            key = keys.get_signing_key_from_jwt(token).key
            claims = jwt.decode(
                token, key, algorithms=["ES256"], issuer=issuer, audience="graphql-auth-gateway"
            )
        except jwt.PyJWTError:
            self.send_response(401)
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"user": claims["sub"], "role": claims["role"]}).encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Application)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
