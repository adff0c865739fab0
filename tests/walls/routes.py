"""The routes of the portal, as the URL configuration has them."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes() -> list[URLPattern]:
    """Every route but those of the local run, which no deployment has."""
    return [each for each in _patterns(get_resolver()) if not str(each.name).startswith("local_")]


def parameters(route: URLPattern) -> list[str]:
    """The names of what stands in the route's address."""
    return list(route.pattern.regex.groupindex)


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        elif isinstance(entry, URLPattern):
            yield entry
