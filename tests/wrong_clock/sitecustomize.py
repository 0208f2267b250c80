"""For a process under libfaketime, which lets `time.sleep` fail: Python asks for a moment of a clock it does not fake.

Found by Python itself at its start, where this folder is on PYTHONPATH.
"""

import threading
import time


def sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


time.sleep = sleep
