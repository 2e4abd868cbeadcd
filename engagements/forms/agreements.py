"""Wording, disclosure schedule and acceptance of an agreement."""

from django import forms
from django.utils import timezone

from engagements.forms.layout import helper_of, section
from engagements.forms.moments import DayField
from engagements.forms.programs import DISCLOSURE_LEAD, name_disclosures
from engagements.models import DISCLOSURES

MEANWHILE = "This agreement was revised in the meantime. Read the newest version, then say this again."


class AgreementForm(forms.Form):
    """A revision. `version` is the one the person has read."""

    confidentiality = forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}))
    confidentiality_ends = forms.CharField(
        label="When confidentiality ends", max_length=4_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    cancellation_terms = forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}))
    discloses_objective = forms.BooleanField(required=False)
    discloses_stalled = forms.BooleanField(required=False)
    discloses_regressing = forms.BooleanField(required=False)
    discloses_cohort = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, agreement, **kwargs):
        kwargs["initial"] = {name: getattr(agreement, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        name_disclosures(self)

    def clean(self):
        check_version(self)
        return self.cleaned_data

    @property
    def terms(self):
        """What the action takes. Line ends are those of the stored text, so that no change is no change."""
        texts = ("confidentiality", "confidentiality_ends", "cancellation_terms")
        words = {name: self.cleaned_data[name].replace("\r\n", "\n") for name in texts}
        return words | {"disclosure": {name: self.cleaned_data[name] for name in DISCLOSURES}}

    @property
    def helper(self):
        return helper_of(
            "version",
            "confidentiality",
            "confidentiality_ends",
            "cancellation_terms",
            section("What program managers may see", *DISCLOSURES, lead=DISCLOSURE_LEAD),
        )


class AcceptanceForm(forms.Form):
    """When the sponsor accepted. The executive accepts by a link of their own."""

    accepted_on = DayField(label="Accepted by the sponsor on")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, agreement, **kwargs):
        kwargs["initial"] = {"accepted_on": timezone.localdate(), "version": agreement.version}
        super().__init__(*args, **kwargs)
        self.agreement = agreement

    def clean_accepted_on(self):
        day = self.cleaned_data["accepted_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        if self.agreement.version > 1 and day < timezone.localdate(self.agreement.created_at):
            raise forms.ValidationError("This version did not exist yet on that day.")
        return day

    def clean(self):
        check_version(self)
        return self.cleaned_data

    @property
    def helper(self):
        return helper_of("version", "accepted_on")


def check_version(form):
    """Refuses once what rests on an older version; the next try rests on the newest."""
    if form.cleaned_data.get("version") != form.agreement.version:
        form.add_error(None, MEANWHILE)
        form.data = form.data.copy()
        form.data["version"] = form.agreement.version
