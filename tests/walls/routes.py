"""The routes of the portal, as the URL configuration has them."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes() -> list[URLPattern]:
    """Every route but those of the local run, which no deployment has; under the name that `reverse` takes."""
    return [each for each in _patterns(get_resolver()) if not str(each.name).startswith("local_")]


def parameters(route: URLPattern) -> list[str]:
    """The names of what stands in the route's address."""
    return list(route.pattern.regex.groupindex)


def _patterns(resolver: URLResolver, namespace: str = "") -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield URLPattern(entry.pattern, entry.callback, entry.default_args, f"{namespace}{entry.name}")
