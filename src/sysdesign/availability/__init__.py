"""How much of the time operations work, exactly, and what brings them down.

`pools_of` makes pools of like instances of a network; a `Model` answers for its operations.
"""

from sysdesign.availability.answer import Importance, Loss, Model, OperationUp
from sysdesign.availability.chains import time_to_loss
from sysdesign.availability.cutting import Cut, CutCount
from sysdesign.availability.pools import Pool, Pools, Used, down_of, places_beside, pools_of
from sysdesign.availability.structure import fixed_shares
from sysdesign.availability.trees import Between

__all__ = [
    "Between",
    "Cut",
    "CutCount",
    "Importance",
    "Loss",
    "Model",
    "OperationUp",
    "Pool",
    "Pools",
    "Used",
    "down_of",
    "fixed_shares",
    "places_beside",
    "pools_of",
    "time_to_loss",
]
