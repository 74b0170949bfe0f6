"""What starts runs of an operation, and how often they are tried, in the words of the network."""

from tests.lower.telling import flow_of, network_of

DESIGN = """
operations:
  post: {rate: 2 req/s, priority: 2, path: [web: [jobs]]}
  work: {trigger: jobs, path: [worker]}
  tidy: {trigger: {every: 1 h}, path: [worker]}
components:
  web: {kind: service, work: 1 ms}
  jobs: {kind: queue, attempts: 4}
  worker: {kind: worker, work: 1 ms}
"""


def test_clock_priority_and_attempts_are_told():
    network = network_of(DESIGN)
    post, work, tidy = (flow_of(network, name) for name in ("post", "work", "tidy"))
    assert (post.priority, work.priority) == (2.0, 5.0)
    assert (post.attempts, work.attempts) == (1, 4)
    assert (work.every_s, tidy.every_s) == (None, 3600.0)
