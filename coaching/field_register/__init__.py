"""The field register: of every column of ours what for, who sees it, how long it is kept, sealed or not, and whether
it stands in what an executive gets. Tests compare it with models, database roles, erasing and export.
"""

from coaching.field_register.interface_tables import INTERFACES
from coaching.field_register.method_tables import METHOD
from coaching.field_register.people_tables import PEOPLE
from coaching.field_register.record_tables import RECORDS
from coaching.field_register.report_tables import REPORTS
from coaching.field_register.table import Field, Table
from coaching.field_register.trust_tables import TRUST

REGISTER: dict[str, Table] = {**PEOPLE, **RECORDS, **REPORTS, **INTERFACES, **METHOD, **TRUST}

__all__ = ["REGISTER", "Field", "Table"]
