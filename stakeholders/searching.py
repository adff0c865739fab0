"""Searching as the database does it, by the functions of migration 0007, for queries and for indexes alike.

Texts are compared in small letters and without accents. A word of three letters or more is found at the beginning
of longer ones; in scripts without blanks any three letters that stand together are.
"""

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, FloatField, Func, Value
from django.db.models.expressions import Combinable, RawSQL


def words_of(field: str) -> Func:
    """The words of a text, as its index has them."""
    return Func(field, function="search_words", output_field=SearchVectorField())


def folded(text: str | Combinable) -> Func:
    return Func(text, function="search_folded")


def query_for(said: str) -> Func:
    return Func(Value(said), function="search_query", output_field=SearchQueryField())


def has(words: str | Combinable, said: str) -> Func:
    """A condition: whether all of what was entered is among the words."""
    return Func(
        words, query_for(said), template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField()
    )


def said_in(words: str | Combinable, said: str) -> Func:
    """The same condition, for rows that are gone through anyway: no index of words is looked at for it."""
    return Func(words, query_for(said), function="ts_match_vq", output_field=BooleanField())


def rank_of(words: str | Combinable, said: str) -> Func:
    return Func(words, query_for(said), function="ts_rank", output_field=FloatField())


def likeness(field: str, said: str) -> Func:
    """How near a part of the field comes to what was entered, up to 1."""
    return Func(folded(Value(said)), folded(field), function="word_similarity", output_field=FloatField())


def sites_named(said: str) -> RawSQL:
    """The ids of sites of which a part of the name is, or is nearly, what was entered."""
    return RawSQL("SELECT stakeholders_sites_named(%s)", [said])
