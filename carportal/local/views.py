"""The pages of the local run, open without login; a deployment does not have them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from carportal.local.mail import kept_names, read_mail

PER_PAGE = 50


@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(kept_names(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "mails": [mail for name in page if (mail := read_mail(name))],
        "newer_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "older_url": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "local/mail_list.html", context)


@require_GET
def mail(request: HttpRequest, name: str) -> HttpResponse:
    kept = read_mail(name)
    if kept is None:
        raise Http404
    return render(request, "local/mail.html", {"mail": kept})
