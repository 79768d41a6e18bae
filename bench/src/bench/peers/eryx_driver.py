"""Drives pyeryx: `Sandbox.execute` makes a fresh instance for each call, with the limits of its defaults."""

import eryx
from serve import serve

SANDBOX = eryx.Sandbox()


def hold(code):
    session = eryx.Session()
    session.execute(code)
    return session


serve(lambda code: SANDBOX.execute(code).stdout.decode(), hold, lambda session: None)
