"""Which records are in this file of an office? One reader a format; each yields a record or a named fault, in their order.

    for found in read_st96(open("info.xml", "rb")):
        print(found)  # OfficeRecord(office='US', number='2178784', …) or Fault(code=…, line=…)

Rule 1: nothing outside the file is ever read, and no document type is taken: it is where entities are declared.
Rule 2: a file is read as a stream; what is too large, too deep or too long is said, not swallowed.
Rule 3: what was read before a broken place stands; every fault names its line.
"""

from countermark.connectors.office_records.limits import Limits
from countermark.connectors.office_records.st66 import read_st66
from countermark.connectors.office_records.st96 import read_st96
from countermark.connectors.office_records.standard import standard_of
from countermark.connectors.office_records.tmview import read_tmview

__all__ = ["Limits", "read_st66", "read_st96", "read_tmview", "standard_of"]
