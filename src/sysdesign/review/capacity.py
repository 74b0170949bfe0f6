"""Room on the disks of a store, all instances together, filled as far as is planned."""

from sysdesign.design import Component
from sysdesign.figures import Term, constant, product
from sysdesign.study import Study

_DEFAULT_FILL = 0.7


def capacity(study: Study, part: Component) -> Term | None:
    """Disk of one instance times instances times the planning target; None where not known."""
    ledger = study.estimate.ledger
    disk, count = ledger.amount(part.disk), instances(study, part)
    stated = study.design.conventions.utilisation
    fill = ledger.amount(stated) if stated else constant(_DEFAULT_FILL, "70%")
    if disk is None or count is None or fill is None:
        return None
    return product(disk, count, fill).within(disk.quantity.unit)


def instances(study: Study, part: Component) -> Term | None:
    """Instances of a component: its replicas, or shards times copies."""
    ledger, one = study.estimate.ledger, constant(1.0, "1")
    if part.replicas and not part.shards:
        return ledger.amount(part.replicas)
    shards = ledger.amount(part.shards.count) if part.shards and part.shards.count else one
    copies = ledger.amount(part.copies.count) if part.copies and part.copies.count else one
    return product(shards, copies) if shards and copies else None
