"""What each kernel that `make lab` starts runs first, named by PYTHONSTARTUP.

A learner may run a cell before the setup cell; a missing name is explained in a sentence then, too.
"""


def _explain_mistakes():
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    try:
        from utils import session

        session.install()
    except ImportError:  # the setup cell says which library is missing
        pass
    finally:
        del sys.path[0]  # the setup cell decides which course is used


_explain_mistakes()
del _explain_mistakes
