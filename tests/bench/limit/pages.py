"""`/list`, `/counts` and `/one/<id>`, each for whoever has a session."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Template
from django.urls import path

from tests.bench.limit.models import Car, Line

ROWS = 25
COUNTED = 10_000
UNDER_WAY = ["open", "in_progress"]

_engine = Engine()


def _template(text: str) -> Template:
    return Template(f"<!doctype html><title>CARs</title>{text}", engine=_engine)


LIST = _template(
    "<h1>CARs ({{ count }})</h1><table>{% for car in cars %}<tr><td><a href='/one/{{ car.pk }}'>{{ car.reference }}</a>"
    "<td>{{ car.title }}<td>{{ car.area }}<td>{{ car.status }}<td>{{ car.raised_on }}<td>{{ car.site.name }}"
    "<td>{{ car.site.country }}<td>{{ car.audit.reference }}{% endfor %}</table>"
)
COUNTS = _template(
    "{% for heading, rows in counts %}<h2>{{ heading }}</h2><ul>{% for name, count in rows %}<li>{{ name }}: {{ count }}"
    "{% endfor %}</ul>{% endfor %}"
)
ONE = _template(
    "<h1>{{ car.reference }}</h1><p>{{ car.title }}<p>{{ car.details }}<p>{{ car.site.name }}<p>{{ car.audit.reference }}"
    "<ul>{% for line in lines %}<li>{{ line.text }}{% endfor %}</ul>"
)


def show_list(request: HttpRequest) -> HttpResponse:
    cars = Car._default_manager.filter(status__in=UNDER_WAY)
    rows = cars.select_related("site", "audit").order_by("-raised_on", "-reference")[:ROWS]
    return _page(request, LIST, cars=rows, count=cars[: COUNTED + 1].count())


def show_counts(request: HttpRequest) -> HttpResponse:
    cars = Car._default_manager.filter(status__in=UNDER_WAY).order_by()
    counts = [
        (by, list(cars.values_list(by).annotate(Count("pk")))) for by in ("status", "area", "raised_on")
    ]
    return _page(request, COUNTS, counts=[(by, rows[:20]) for by, rows in counts])


def show_one(request: HttpRequest, pk: int) -> HttpResponse:
    car = Car._default_manager.select_related("site", "audit").get(pk=pk)
    return _page(request, ONE, car=car, lines=Line._default_manager.filter(car=car))


def _page(request: HttpRequest, template: Template, **values: object) -> HttpResponse:
    if "who" not in request.session:
        return HttpResponse(status=403)
    return HttpResponse(template.render(Context(values)))


urlpatterns = [path("list", show_list), path("counts", show_counts), path("one/<int:pk>", show_one)]
