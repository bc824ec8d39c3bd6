"""Health for machines: /healthz (the process), /readyz (the office), /metrics (Prometheus), and the static files."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from workbench.bench import bench
from workbench.door import HiddenError

router = APIRouter()
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@router.get("/healthz")
async def healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """The office works: 503 with what is wrong, in counts and words that name no case."""
    found = bench(request).actions.health()
    return JSONResponse({"ready": not found.troubles, "troubles": list(found.troubles)}, 503 if found.troubles else 200)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Gauges of the office, without a word of any case."""
    found, registry = bench(request).actions.health(), CollectorRegistry()
    for name, help_text, label, values in (
        ("huiying_cases", "cases by state", "state", found.cases),
        ("huiying_notices", "notices by state", "state", found.notices),
        ("huiying_job_failures", "failures of the daemon's jobs since its start", "job", found.failures),
    ):
        gauge = Gauge(name, help_text, [label], registry=registry)
        for value, count in values.items():
            gauge.labels(value).set(count)
    last = Gauge("huiying_last_collected_seconds", "when anything was last collected (Unix time)", registry=registry)
    last.set(found.last_collected.timestamp() if found.last_collected else 0)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/static/{mark}/{name}")
async def static(request: Request, mark: str, name: str) -> Response:
    """A static file under its content's mark, kept by browsers for a year."""
    pages = bench(request).pages
    if name not in pages.static or pages.address(name) != f"/static/{mark}/{name}":
        raise HiddenError
    kind = _TYPES[name.rpartition(".")[2]]
    return Response(pages.static[name], media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})
