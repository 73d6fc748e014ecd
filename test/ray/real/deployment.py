"""Deploys what the tests call: python deployment.py <address of Ray> <port> <folder>"""

import sys

import ray
from ray import serve
from starlette.requests import Request
from starlette.responses import Response


@serve.deployment(ray_actor_options={"num_cpus": 0})
class Model:
    async def __call__(self, request: Request):
        body = await request.json()
        match request.url.path:
            case "/model":
                return {"long": len(body["text"]) > 5}
            case "/model/shout":
                return body.upper()
            case "/model/add":
                return sum(body)
            case "/model/bytes":
                return Response(bytes(body), media_type="application/octet-stream")
        raise ValueError("no such path: " + request.url.path)


_, address, port, folder = sys.argv
ray.init(address=address, log_to_driver=False)
serve.start(http_options={"host": "127.0.0.1", "port": int(port)})
serve.run(Model.bind(), name="model", route_prefix="/model")
