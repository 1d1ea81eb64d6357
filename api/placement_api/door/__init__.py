"""Door: what every call passes before it gets in, and every answer on its way out.

No client, however slow, half-sent or numerous, stops others: nothing is taken for a call until all of it has arrived,
and nothing is held for it while its answer is sent.
"""
