"""Prints the events that a webhook sends, each once. Python 3.8 or newer, nothing else.

WEBHOOK_SECRET=whsec_... PORT=9000 python3 webhook_receiver.py
"""
import base64, hashlib, hmac, os, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"][len("whsec_"):])
seen = set()


def signed(headers, body):
    """As https://www.standardwebhooks.com has it."""
    ident, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if not ident or not timestamp or abs(time.time() - int(timestamp)) > 300:
        return False
    mac = hmac.new(SECRET, f"{ident}.{timestamp}.".encode() + body, hashlib.sha256)
    expected = "v1," + base64.b64encode(mac.digest()).decode()
    return any(hmac.compare_digest(expected, each) for each in headers["webhook-signature"].split())


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        fine = signed(self.headers, body)
        # The same event may come again; its id is the same then.
        if fine and self.headers["webhook-id"] not in seen:
            seen.add(self.headers["webhook-id"])
            print(body.decode(), flush=True)
        self.send_response(204 if fine else 401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
