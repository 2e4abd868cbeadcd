"""New engagements and their terms."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from engagements.forms.choosing import TypedField, are_few, by_title, row_named
from engagements.forms.layout import helper_of, row, section, words
from engagements.forms.lines import AddressField, LineField
from engagements.forms.moments import DayField, ZoneField
from engagements.forms.objectives import LONGEST_OBJECTIVE
from engagements.models import Executive, Language, Program, User
from engagements.models.identity import LATEST_ON


class CoachField(forms.ModelChoiceField):
    """Coaches who may sign in, with how much they have to do."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.none(), empty_label="Choose a coach", **kwargs)

    def label_from_instance(self, coach):
        profile = getattr(coach, "coach_profile", None)
        if profile is None:
            return coach.name
        load = f"{coach.open_engagements} of {profile.capacity} engagements"
        full = " (full)" if coach.open_engagements >= profile.capacity else ""
        return " · ".join(part for part in (coach.name, load + full, profile.languages) if part)


def offer_coaches(form, offered, *, chosen, page):
    """These coaches in the field "coach", from a list while they are few. `chosen`: the key of the one who stands
    there; `page`: where a coach is found by free places.
    """
    field = form.fields["coach"]
    if are_few(offered):
        field.queryset = offered.with_open_engagements().select_related("coach_profile").in_order()
        return
    form.fields["coach"] = TypedField(
        offered,
        chosen=row_named(offered, chosen),
        unknown="No coach here has this name or address.",
        several=f"Several coaches have this name. Type the address, or choose under “{page}”.",
        help_text=f"Name or address; or choose under “{page}”.",
    )


class ExecutiveField(forms.ModelChoiceField):
    """Executives a program manager knows already, by organization."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Executive.objects.none(), required=False, **kwargs)

    def offer(self, rows):
        self.queryset = rows.in_order()
        groups = {}
        for executive in self.queryset:
            label = f"{executive.name}, {executive.role}" if executive.role else executive.name
            groups.setdefault(executive.organization.name, []).append((executive.pk, label))
        self.choices = [("", "Nobody: it is somebody new"), *groups.items()]


def offer_executives(form, user, programs):
    """Executives this person knows in the organizations of these programs: from a list while they are few."""
    rows = Executive.objects.visible_to(user).filter(organization__in=programs.values("organization"))
    rows, field = rows.select_related("organization"), form.fields["executive"]
    if are_few(rows):
        field.offer(rows)
        return
    form.fields["executive"] = TypedField(
        rows,
        label=field.label,
        required=False,
        unknown="Nobody you know there has this name or address.",
        several="Several have this name. Type the address.",
        help_text="Name or address. Empty: it is somebody new.",
    )


def offer_programs(form, programs):
    """Programs to begin in; from a list while they are few. Returns the one that the form begins with."""
    field, wanted = form.fields["program"], form.initial.get("program")
    if not are_few(programs):
        chosen = row_named(programs, wanted)
        form.fields["program"] = TypedField(
            programs,
            chosen=chosen,
            find=by_title,
            told=title_of,
            unknown="No program of yours has this name.",
            several="Several programs have this name. Type the organization before it, as in “Organization: Program”.",
            help_text="Its name.",
        )
        return chosen
    field.queryset, field.label_from_instance = programs.in_order(), title_of
    found = list(field.queryset)
    if len(found) == 1:
        form.initial.setdefault("program", found[0].pk)
    return next((one for one in found if str(one.pk) == str(form.initial.get("program"))), None)


def title_of(program):
    return f"{program.organization}: {program.name}"


class EngagementForm(forms.Form):
    """A new engagement: for somebody known, or for somebody whose name is typed here."""

    program = forms.ModelChoiceField(queryset=Program.objects.none(), empty_label="Choose a program")
    coach = CoachField()
    executive = ExecutiveField(label="Somebody you know already")
    new_name = LineField(label="Name", max_length=120, required=False)
    new_email = AddressField(label="E-mail", max_length=254, required=False)
    new_role = LineField(
        label="Role", max_length=120, required=False, widget=forms.TextInput(attrs={"placeholder": "Plant manager"})
    )
    new_language = forms.ChoiceField(label="Language", choices=Language.choices, required=False)
    new_time_zone = ZoneField(required=False, help_text="Empty: that of the program.")
    starts_on = DayField(label="Start")
    ends_on = DayField(label="Planned end", required=False, help_text="Empty: as the program plans.")
    session_budget = forms.IntegerField(
        label="Sessions", min_value=1, max_value=200, required=False, help_text="Empty: as the program plans."
    )
    cadence_weeks = forms.IntegerField(
        label="Weeks between", min_value=1, max_value=26, required=False, help_text="Empty: as the program plans."
    )
    objective = forms.CharField(
        label="Stated objective",
        max_length=LONGEST_OBJECTIVE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What the sponsor asks for. It is sealed for the coach; you see it again only where the agreement "
        "opens it.",
    )

    def __init__(self, *args, user, **kwargs):
        kwargs["initial"] = {"starts_on": timezone.localdate(), "new_language": Language.ENGLISH} | kwargs["initial"]
        super().__init__(*args, **kwargs)
        self.user, self.known = user, None
        programs = Program.objects.managed_by(user).open().select_related("organization")
        chosen = offer_programs(self, programs)
        coaches = User.objects.offered_to(user)
        offer_coaches(self, coaches, chosen=self.initial.get("coach"), page="Who could coach?")
        offer_executives(self, user, programs)
        if chosen:
            self._name_rules(chosen)

    def _name_rules(self, program):
        """Says what an empty field means, where the program is known."""
        rules = {
            "ends_on": f"{program.planned_weeks} weeks after the start",
            "session_budget": program.session_budget,
            "cadence_weeks": program.cadence_weeks,
            "new_time_zone": program.time_zone,
        }
        for name, rule in rules.items():
            self.fields[name].help_text = f"Empty: {rule}."

    def clean_program(self):
        program, executive = self.cleaned_data["program"], self.fields["executive"]
        if isinstance(executive, TypedField):  # an address is one person's only within an organization
            executive.rows = executive.rows.filter(organization=program.organization_id)
        return program

    @property
    def named(self):
        """Executives whom the page names: those to choose from, or whom messages may tell of."""
        executive = self.fields["executive"]
        if not isinstance(executive, TypedField):
            return executive.queryset
        chosen = getattr(self, "cleaned_data", {}).get("executive")
        return [one for one in (*executive.meant, self.known, chosen) if one]

    def clean(self):
        self._check_executive()
        self._check_dates()
        return self.cleaned_data

    def _check_executive(self):
        cleaned = self.cleaned_data
        executive, program = cleaned.get("executive"), cleaned.get("program")
        typed = cleaned.get("new_name") or cleaned.get("new_email")
        if executive and typed:
            self.add_error("executive", "Choose somebody here or type somebody new below, not both.")
        elif executive and program and executive.organization_id != program.organization_id:
            self.add_error("executive", f"{executive} belongs to {executive.organization}, another organization.")
        elif not executive and "executive" not in self.errors:
            self._check_new_person(program)

    def _check_new_person(self, program):
        for name, what in (("new_name", "name"), ("new_email", "e-mail address")):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, f"Somebody new needs a {what}." if name == "new_name" else f"And an {what}.")
        email = self.cleaned_data.get("new_email")
        if not email or not program:
            return
        known = Executive.objects.visible_to(self.user).filter(organization=program.organization_id)
        self.known = known.filter(email__iexact=email).first()
        if self.known and self.known.name.casefold() != self.cleaned_data.get("new_name", "").casefold():
            self.add_error("new_email", f"This is the address of {self.known}. Choose them above, or correct it.")

    def _check_dates(self):
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        program = self.cleaned_data.get("program")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The planned end comes before the start.")
        elif starts_on and program and not ends_on and starts_on + timedelta(weeks=program.planned_weeks) > LATEST_ON:
            self.add_error("starts_on", f"It would run beyond {LATEST_ON:%Y}.")

    @property
    def terms(self):
        """What the action takes beside program and executive."""
        names = ("coach", "starts_on", "ends_on", "session_budget", "cadence_weeks", "objective")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def person(self):
        """Fields of the new executive."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["new_name"],
            "email": cleaned["new_email"],
            "role": cleaned["new_role"],
            "language": cleaned["new_language"] or Language.ENGLISH,
            "time_zone": cleaned["new_time_zone"] or cleaned["program"].time_zone,
        }

    @property
    def helper(self):
        return helper_of(
            section("Program and coach", row("program", "coach")),
            section(
                "Executive",
                row("executive"),
                words("Or somebody new:"),
                row("new_name", "new_email", "new_role"),
                row("new_language", "new_time_zone"),
                css_class="no-optional",
            ),
            section("Terms", row("starts_on", "ends_on", "session_budget", "cadence_weeks"), css_class="no-optional"),
            "objective",
        )


class TermsForm(forms.Form):
    """What a program manager changes of a running engagement."""

    coach = CoachField()
    starts_on = DayField(label="Start")
    ends_on = DayField(label="Planned end")
    session_budget = forms.IntegerField(label="Sessions", min_value=1, max_value=200)
    cadence_weeks = forms.IntegerField(label="Weeks between sessions", min_value=1, max_value=26)
    check_ins_on = forms.BooleanField(
        label="Send check-ins", required=False, help_text="The executive gets a short check-in by mail after a session."
    )

    def __init__(self, *args, user, engagement, **kwargs):
        kwargs["initial"] = {name: getattr(engagement, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.engagement = engagement
        coach = self.fields["coach"]
        coach.disabled = engagement.is_logged  # of whatever else was confided a manager learns only by trying
        offered = User.objects.offered_to(user, besides=engagement.coach_id)
        offered = offered.filter(pk=engagement.coach_id) if coach.disabled else offered
        offer_coaches(self, offered, chosen=engagement.coach_id, page="Another coach")
        if coach.disabled:
            coach.help_text = (
                "What was logged is confided to this coach. For another coach, end this engagement and open a new one."
            )

    def clean(self):
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The planned end comes before the start.")
        return self.cleaned_data

    @property
    def helper(self):
        return helper_of("coach", row("starts_on", "ends_on"), row("session_budget", "cadence_weeks"), "check_ins_on")
