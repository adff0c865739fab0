"""Forms: label, hint, error, control in this order, and a summary that leads to every error."""

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms

from tests.web.markup import Element, render


class PlanForm(forms.Form):
    helper: FormHelper
    name = forms.CharField(label="Your name", help_text="Customers may ask you about it.")
    seen = forms.DateField(error_messages={"required": "Enter the date of the visit"})
    area = forms.ChoiceField(choices=[("", "Choose one"), ("5A", "5A")])
    cause = forms.CharField(label="Root cause", widget=forms.Textarea, required=False)
    paid = forms.ChoiceField(
        label="Were fees paid?",
        choices=[("y", "Yes"), ("n", "No")],
        widget=forms.RadioSelect,
        help_text="By law.",
    )
    parties = forms.MultipleChoiceField(
        choices=[("1", "One"), ("2", "Two")], widget=forms.CheckboxSelectMultiple
    )
    nameless = forms.BooleanField(label="The plan names no worker")
    evidence = forms.FileField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Say who pays.")


@pytest.fixture
def refused() -> Element:
    return render("{% error_summary form %}{% form_fields form %}", form=PlanForm({"paid": "perhaps"}))


@pytest.fixture
def fresh() -> Element:
    return render("{% error_summary form %}{% form_fields form %}", form=PlanForm())


def test_field_reads_label_hint_error_control(refused: Element) -> None:
    field = refused.one(id="div_id_name")
    label, hint, error, control = [
        element for element in field.walk() if element.tag in ("label", "div", "input")
    ]
    assert label["for"] == control["id"] == "id_name"
    assert hint.text == "Customers may ask you about it."
    assert error.text == "Error: This field is required."
    assert control["aria-describedby"] == f"{hint['id']} {error['id']}"
    assert control["aria-invalid"] == "true"


def test_field_without_errors_is_described_by_its_hint_alone(fresh: Element) -> None:
    assert fresh.one(id="id_name")["aria-describedby"] == "id_name_helptext"
    assert "aria-describedby" not in fresh.one(id="id_seen")
    assert not fresh.all(class_="field-error")


def test_group_of_choices_is_a_fieldset_whose_legend_asks(refused: Element) -> None:
    group = refused.one(id="div_id_paid").one("fieldset")
    assert group.one("legend").text == "Were fees paid?"
    assert group["aria-describedby"] == "id_paid_helptext id_paid_error"
    assert [choice["for"] for choice in group.all("label")] == ["id_paid_0", "id_paid_1"]


def test_checkbox_has_its_label_beside_it(refused: Element) -> None:
    field = refused.one(id="div_id_nameless")
    assert field.one("label")["for"] == field.one("input", type="checkbox")["id"]


def test_every_control_has_a_label(fresh: Element) -> None:
    labelled = {label["for"] for label in fresh.all("label")}
    controls = [each for tag in ("input", "select", "textarea") for each in fresh.all(tag)]
    assert {each["id"] for each in controls if each.attributes.get("type") != "hidden"} == labelled


def test_what_may_stay_empty_says_so(fresh: Element) -> None:
    assert fresh.one(id="div_id_cause").one("label").text == "Root cause (optional)"
    assert fresh.one(id="div_id_name").one("label").text == "Your name"


def test_draft_that_may_stay_empty_everywhere_does_not_repeat_it() -> None:
    class Draft(PlanForm):
        hide_optional = True

    assert "optional" not in render("{% form_fields form %}", form=Draft()).text


def test_summary_leads_to_the_first_control_of_every_field_with_an_error(refused: Element) -> None:
    summary = refused.one(role="alert")
    assert summary.one("h2").text == "There is a problem"
    assert [(link["href"], link.text) for link in summary.all("a")] == [
        ("#id_name", "Your name: this field is required."),
        ("#id_seen", "Enter the date of the visit"),
        ("#id_area", "Area: this field is required."),
        ("#id_paid_0", "Were fees paid: select a valid choice. perhaps is not one of the available choices."),
        ("#id_parties_0", "Parties: this field is required."),
        ("#id_nameless", "The plan names no worker: this field is required."),
    ]
    ids = {element["id"] for element in refused.walk() if "id" in element}
    assert {link["href"].removeprefix("#") for link in summary.all("a")} <= ids
    assert summary.all("li")[0].text == "Say who pays."


def test_summary_takes_the_focus_without_a_script(refused: Element) -> None:
    summary = refused.one(role="alert")
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"


def test_summary_is_absent_without_errors(fresh: Element) -> None:
    assert not fresh.all(role="alert")


def test_summary_covers_every_form_of_a_formset() -> None:
    members = forms.formset_factory(PlanForm, min_num=2, extra=0)
    data = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0, "form-0-name": "A", "form-1-name": ""}
    links = render("{% error_summary None formset %}", formset=members(data)).one(role="alert").all("a")
    assert "#id_form-1-name" in [link["href"] for link in links]
    assert "#id_form-0-name" not in [link["href"] for link in links]


def test_layout_of_a_helper_is_kept_but_not_its_form_tag() -> None:
    form = PlanForm()
    form.helper = FormHelper()
    form.helper.layout = Layout(Fieldset("Who", "name"), Fieldset("What", "cause"))
    page = render("<form>{% form_fields form %}</form>", form=form)
    assert [legend.text for legend in page.all("legend")] == ["Who", "What"]
    assert not page.all("input", name="csrfmiddlewaretoken")


def test_crispy_form_of_its_own_brings_its_summary() -> None:
    form = PlanForm({})
    form.helper = FormHelper()
    form.helper.add_input(Submit("save", "Save"))
    page = render("{% load crispy_forms_tags %}{% crispy form %}", form=form, csrf_token="abc")
    assert page.one("form").one(role="alert").all("a")


def test_filters_stay_in_the_address_and_can_be_cleared_once_there_are_some() -> None:
    class Filters(forms.Form):
        area = forms.ChoiceField(choices=[("", "All"), ("5A", "5A")], required=False)

    bar = render('{% filter_bar form "/cars/" %}', form=Filters({"area": "5A"})).one("form")
    assert bar["method"] == "get"
    assert bar.one("a")["href"] == "/cars/"
    assert not render('{% filter_bar form "/cars/" %}', form=Filters({})).all("a")
