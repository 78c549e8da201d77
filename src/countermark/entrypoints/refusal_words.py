"""What is a refusal from below called, for pages and programs alike?

Refusals carry a stable `code` and data, and word nothing. A code stands here once, with what cannot be done, why, and
the way out. A code, once given out, keeps its meaning.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# code -> what cannot be done, why, the way out
SAID: dict[str, tuple[Promise, Promise, Promise]] = {
    "stale_case": (
        _("This case moved while you had it open"),
        _("Somebody else, or a clock, was quicker. What you sent was not entered."),
        _("Look at the case as it is now; then decide whether your step still makes sense."),
    ),
    "not_permitted": (
        _("This step is not open in this case now"),
        _("The case has moved on, or the step belongs to somebody else."),
        _("Look at the case as it is now: it names the steps you have."),
    ),
    "clock_ran_out": (
        _("The time for this step is over"),
        _("The clock ended before your step reached us."),
        _("Look at the case as it is now: it says what the end of the clock means and what you still can do."),
    ),
    "before_the_last_event": (
        _("This step cannot be entered at this instant"),
        _("The last event of the case is later than the clock of this server."),
        _("Try again in a minute; if it stays so, tell the operator that a clock was set back."),
    ),
    "held_by_another": (
        _("Another reviewer holds this case"),
        _("Two people cannot decide one case."),
        _("Take another case, or ask the one who holds it to let it go."),
    ),
    "too_late_to_undo": (
        _("It is too late to undo this"),
        _("The decision has gone out."),
        _("It can be changed by an appeal or a new decision."),
    ),
    "legal_hold": (
        _("This cannot be erased now"),
        _("A legal hold keeps it, and a hold outweighs every deadline for erasing."),
        _("Lift the hold first, with its reason."),
    ),
    "not_what_was_asked": (
        _("This does not confirm the measure"),
        _("The state you report is not the one the measure asks for."),
        _("Look at the listing once more and report what you see."),
    ),
    "rights_file_unreadable": (
        _("The file cannot be read"),
        _("Nothing of it was kept."),
        _("What is wrong with it stands beside this."),
    ),
    "import_moved": (
        _("This file is being stored, or is stored already"),
        _("It can be started once. Nothing was changed."),
        _("Look at how it stands now."),
    ),
    "submission_moved": (
        _("These drafts cannot be sent now"),
        _("They are still being checked, are being sent, or were sent already. Nothing was changed."),
        _("Look at how it stands now."),
    ),
    "import_runs": (
        _("Another file is being stored"),
        _("Files of one account are stored one after the other. Nothing was changed."),
        _("Wait until it is done, then start this one."),
    ),
    "database_away": (
        _("The database does not answer at the moment"),
        _("What you sent was not saved."),
        _("Send it again in a minute."),
    ),
    "disk_full": (
        _("There is no room left to save this"),
        _("The disk of this installation is full. Nothing of what you sent was kept."),
        _("Tell the operator; send it again once there is room."),
    ),
    "screening_not_installed": (
        _("This installation cannot screen"),
        _("The libraries that read pictures and words are not installed. Nothing was looked at."),
        _("An operator installs them: pip install 'countermark[screening]', then starts the service anew."),
    ),
    "finding_held": (
        _("Another reviewer holds this finding"),
        _("Two people cannot decide one finding."),
        _("Take another one, or ask the one who holds it to let it go."),
    ),
    "finding_decided": (
        _("This finding is decided"),
        _("Somebody was quicker. What you sent was not entered."),
        _("Look at the finding as it is now. What was stopped can be taken back on the page of the measure."),
    ),
    "fingerprint_ended": (
        _("This listing is kept down no longer"),
        _("It was lifted before, or its time was up. Nothing was changed."),
        _("Look at how it stands now."),
    ),
    "reference_defective": (
        _("This is not registered yet"),
        _("Something has to be mended first. Nothing was kept."),
        _("Each fault says how to mend it."),
    ),
    "reference_moved": (
        _("This word or picture has moved while you had it open"),
        _("Somebody else was faster."),
        _("Look at it as it is now."),
    ),
    "finding_rests_on_others": (
        _("You alone cannot let this listing go"),
        _("It was found under the right of another holder, too."),
        _("Allow the seller to use your right; then it counts for yours no longer. About the rest the platform decides."),
    ),
    "mandate_lacks": (
        _("The mandate does not cover this"),
        _("An agent lets go only what its mandate allows it to take back."),
        _("Have the owner extend the mandate, or leave it to the owner."),
    ),
    "identifiers_defective": (
        _("These identifiers are not kept"),
        _("Some of them say nothing about a seller. Nothing was kept."),
        _("Each fault says which; leave it out."),
    ),
    "no_such_link": (
        _("Nothing ties these two sellers directly"),
        _("There is no link between them to deny."),
        _("Deny the step of the way that is wrong."),
    ),
    "link_is_denied": (
        _("Somebody denies that these two belong together"),
        _("What is denied is not confirmed. Nothing was changed."),
        _("Take the denial back first, and say why."),
    ),
    "link_not_confirmed": (
        _("Nobody has confirmed that these two belong together"),
        _("Somebody has taken it back already, or nobody ever said it."),
        _("Look at the link as it is now."),
    ),
    "finding_past": (
        _("The listing is no longer as it was found"),
        _("It was changed, or is not offered any more. Nothing was entered."),
        _("Look at the newest finding of this listing, if there is one."),
    ),
    "link_not_denied": (
        _("Nobody denies that these two belong together"),
        _("Somebody has taken it back already, or nobody ever said it."),
        _("Look at the seller as it is now."),
    ),
    "screening_rules_not_draft": (
        _("Only a draft can be put in force"),
        _("This rule set is in force already, or was before."),
        _("Make a new one; it counts all that people said until now."),
    ),
    "screening_rules_defective": (
        _("No listing can be judged by these numbers"),
        _("Nothing was made."),
        _("The defect says which number it is."),
    ),
    "screening_replay_defective": (
        _("This time cannot be judged anew"),
        _("It ends before it begins, or is longer than two years. Nothing was begun."),
        _("Give the first instant in `since` and the last in `until`."),
    ),
    "not_scanned": (
        _("Files cannot be checked for viruses at the moment"),
        _("The virus scanner does not answer, so nothing was kept; what you wrote is still there."),
        _("Try again in a few minutes."),
    ),
    "not_stored": (
        _("Files cannot be kept at the moment"),
        _("The place where they lie does not answer, so nothing was kept; what you wrote is still there."),
        _("Try again in a few minutes."),
    ),
    "files_away": (
        _("This file cannot be fetched at the moment"),
        _("The place where files lie does not answer."),
        _("Try again in a few minutes."),
    ),
    "not_shop_admin": (
        _("Only an admin of the shop can do this"),
        _("Nothing was changed."),
        _("Ask one of them; the page of the shop says who they are."),
    ),
    "last_shop_admin": (
        _("The last admin cannot go while others stay"),
        _("Nobody could say any more who acts for the shop."),
        _("Make somebody else admin first."),
    ),
    "only_reads": (
        _("You can read here, and change nothing"),
        _("You are a viewer of this account. Nothing was changed."),
        _("Ask an admin of the account to make you a filer."),
    ),
    "not_account_admin": (
        _("Only an admin of the account can do this"),
        _("Nothing was changed."),
        _("Ask one of them; the page “Members” says who they are."),
    ),
    "last_account_admin": (
        _("The last admin cannot go, or be anything less"),
        _("Nobody could say any more who acts for the account."),
        _("Make somebody else admin first."),
    ),
    "account_not_verified": (
        _("Nobody has verified yet whose right this is"),
        _("A right is verified in the name of a proved account. It waits, and so do its complaints."),
        _("Verify the account first; it stands under “Accounts to verify” once its papers are there."),
    ),
    "member_not_invited": (
        _("Nobody was invited"),
        _("The address is none, acts for the account already, or an hour’s invitations are used up."),
        _("Look at who acts for the account, mend the address, or try again in an hour."),
    ),
    "identity_moved": (
        _("These papers have moved while you had them open"),
        _("Somebody else was faster."),
        _("Look at the account as it is now."),
    ),
    "identity_not_taken": (
        _("Another reviewer looks at this account"),
        _("Proofs of identity are shown to the reviewer who took them on, and to nobody else."),
        _("Take another account, or ask a senior reviewer."),
    ),
    "identity_own_account": (
        _("You act for this account yourself"),
        _("Nobody verifies their own account."),
        _("Leave it to another reviewer."),
    ),
    "no_open_measure": (
        _("There is nothing left to confirm"),
        _("The measure was confirmed already, or a later one took its place."),
        _("Look at the listing: it shows the measure that counts now."),
    ),
}
