"""`/list`, `/counts` and `/one/<id>`, each for whoever is logged in."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from tests.bench.limit.models import UNDER_WAY, Car, Line

ROWS = 50
COUNTED = 10_000


@login_required
def show_list(request: HttpRequest) -> HttpResponse:
    cars = Car._default_manager.filter(status__in=UNDER_WAY)
    rows = cars.select_related("site", "audit").defer("details").order_by("-raised_on", "-reference")[:ROWS]
    return render(request, "list.html", {"cars": rows, "count": cars[: COUNTED + 1].count()})


@login_required
def show_counts(request: HttpRequest) -> HttpResponse:
    cars = Car._default_manager.filter(status__in=UNDER_WAY).order_by()
    counts = [
        (by, list(cars.values_list(by).annotate(number=Count("*")))) for by in ("status", "area", "raised_on")
    ]
    return render(request, "counts.html", {"counts": [(by, rows[:20]) for by, rows in counts]})


@login_required
def show_one(request: HttpRequest, pk: int) -> HttpResponse:
    car = get_object_or_404(Car._default_manager.select_related("site", "audit"), pk=pk)
    return render(
        request, "one.html", {"car": car, "lines": Line._default_manager.filter(car=car).order_by("at")}
    )


urlpatterns = [path("list", show_list), path("counts", show_counts), path("one/<int:pk>", show_one)]
