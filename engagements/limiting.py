"""A migration operation: many constraints of one table at once."""

from django.db.migrations.operations.base import Operation


class AddConstraints(Operation):
    """Adds constraints to a model. SQLite makes the table anew for each, so that one operation for all is quicker."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name, constraints):
        self.model_name, self.constraints = model_name, constraints

    def deconstruct(self):
        return type(self).__qualname__, [], {"model_name": self.model_name, "constraints": self.constraints}

    def state_forwards(self, app_label, state):
        options = state.models[app_label, self.model_name].options
        options["constraints"] = [*options.get("constraints", ()), *self.constraints]
        state.reload_model(app_label, self.model_name, delay=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor == "sqlite":
            schema_editor._remake_table(model)
            return
        for constraint in self.constraints:
            schema_editor.add_constraint(model, constraint)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor == "sqlite":
            schema_editor._remake_table(model)
            return
        for constraint in self.constraints:
            schema_editor.remove_constraint(model, constraint)

    def describe(self):
        return f"Add {len(self.constraints)} constraints to {self.model_name}"
