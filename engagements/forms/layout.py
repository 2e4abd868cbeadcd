"""How forms are laid out: fields of a form without its frame, which the page gives."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout


def helper_of(*fields):
    """A crispy helper that renders fields only; the page holds the form tag, the token and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


def row(*fields):
    """Fields side by side where there is room."""
    return Div(*fields, css_class="field-row")


def section(title, *fields, lead="", css_class=""):
    """A titled part of a form. `title` and `lead` are our own words, never typed ones."""
    head = f"<h2>{title}</h2>" + (f'<p class="soft">{lead}</p>' if lead else "")
    return Div(HTML(head), *fields, css_class=f"form-section {css_class}".strip())


def words(text):
    """A line between fields, in our own words."""
    return HTML(f'<p class="soft">{text}</p>')
