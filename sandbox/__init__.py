"""The embedded target: the whole contract in memory, giving the preferred answer of every clause.

It shares no code with the rest of the project, so that a mistake of the judge cannot hide in the accused.

How it is built
---------------
* ``app.Sandbox`` is one class, put together from *rules* (what cuts across chapters: access, shapes of
  errors, pages, time, messages, signatures) and *chapters* (the handlers of the operations).
* Every decision is one small method, and gets the :class:`~sandbox.core.Call` or the operation that asks.
  A fault or a legal variant is a mixin in front of ``Sandbox`` that overrides one decision; no handler knows
  of it.
* State changes under one lock; the discipline is written down in :mod:`sandbox.core`.

``python -m sandbox`` starts it.
"""
