"""Marking of problem sets: a trusted parent, and a child in a sandbox that runs what was handed in.

`handed_in` finds answers by name in whatever a notebook has become; `sandbox` runs them where they
can do no harm; `wire` is what the two processes say to each other, arrays and plain values only;
`marking` lets `utils.exercises` judge them. Nothing expected ever enters the sandbox.
"""
