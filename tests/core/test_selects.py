"""A select whose options are written at once says what Django's own says."""

from django import forms
from django.utils.translation import gettext_lazy, override

from carportal.core.selects import PlainSelect
from tests.web.markup import parse

CHOICES = [
    ("", gettext_lazy("All")),
    ("<&\"'>", "</option><script>"),
    (2, gettext_lazy("Closed")),
    ("é", "ééé"),
]


class AForm(forms.Form):
    own = forms.ChoiceField(choices=CHOICES, widget=PlainSelect(attrs={"class": 'a"b'}))
    stock = forms.ChoiceField(choices=CHOICES, widget=forms.Select(attrs={"class": 'a"b'}))


def test_it_has_the_options_of_djangos_own_whatever_is_chosen() -> None:
    for chosen in [*(str(value) for value, _label in CHOICES), "unknown", None]:
        form = AForm({"own": chosen, "stock": chosen})
        written = str(form["own"]).replace("own", "stock"), str(form["stock"])
        own, stock = (parse(each).one("select") for each in written)
        assert [(each.attributes, each.text) for each in own.all("option")] == [
            (each.attributes, each.text) for each in stock.all("option")
        ]
        assert own.attributes == stock.attributes


def test_what_is_kept_of_one_language_is_not_given_in_another() -> None:
    class Answer(forms.Form):
        given = forms.ChoiceField(choices=[("y", gettext_lazy("Yes"))], widget=PlainSelect)

    with override("de"):
        assert ">Ja<" in str(Answer()["given"])
    with override("en-gb"):
        assert ">Yes<" in str(Answer()["given"])
