"""Where does a right count, is it alive, and will its registration stand?

    applicability   marketplace x place of registration x class: yes, doubtful or no, with the rule
    mandate         what an agent may do for the owner: right x marketplace x power x day
    living          term, renewal and grace per office and kind; what each way to end does to the cases
    registration    what a reviewer would send a registration back for, before it is sent

Tables with their sources lie beside the code. Nothing here knows a row, a request or the current time.
"""

from countermark.core.rights.applicability import Applied, Rule, applies
from countermark.core.rights.facts import MandateFacts, RightFacts
from countermark.core.rights.living import Ending, Standing, Term, endings, marks, standing, term_of
from countermark.core.rights.mandate import POWERS, covers, lacking
from countermark.core.rights.registration import NumberSaid, Registration, would_be_returned

__all__ = [
    "POWERS", "Applied", "Ending", "MandateFacts", "NumberSaid", "Registration", "RightFacts", "Rule", "Standing", "Term",
    "applies", "covers", "endings", "lacking", "marks", "standing", "term_of", "would_be_returned",
]  # fmt: skip
