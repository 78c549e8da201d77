"""`countermark` on a machine whose clock is wrong: `python skewed.py SECONDS COMMAND...`; SECONDS ahead, negative: behind."""

import sys
import time
from datetime import timedelta

from django.utils import timezone

AHEAD = float(sys.argv.pop(1))
true_now, true_time = timezone.now, time.time

timezone.now = lambda: true_now() + timedelta(seconds=AHEAD)
time.time = lambda: true_time() + AHEAD

if __name__ == "__main__":
    from countermark.project.main import main

    main()
