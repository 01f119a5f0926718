"""An S3-compatible store on loopback, for tests: moto's server, one request after the other.

moto checks the condition of a put and puts in two steps, so that with several threads two puts with one condition could both
succeed. One thread makes each request one step, as a real store does. With `--deaf` it ignores conditions, as some stores do.
Prints its port when the bucket `register` is there; keeps everything in memory; ends with its standard input.
"""
import sys
import threading

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


app = DomainDispatcherApplication(create_backend_app)


def serve(environ, start_response):
    if "--deaf" in sys.argv:
        environ.pop("HTTP_IF_MATCH", None)
        environ.pop("HTTP_IF_NONE_MATCH", None)
    return app(environ, start_response)


server = make_server("127.0.0.1", 0, serve, threaded=False, request_handler=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.server_address[1]
boto3.client(
    "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
).create_bucket(Bucket="register")
print(port, flush=True)
sys.stdin.read()
