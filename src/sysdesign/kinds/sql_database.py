"""SQL database: tables with transactions, joins and indexes; a safe store of record.

What it models
--------------
Work of one query or small transaction on one core. Shards by key with a hottest one; copies with a
leader (how many followers a write waits for, who answers reads, how late they are, how long a
failover takes) or by quorum, also over regions. Connections of callers hold `slots`. Stored bytes
with overhead and copies against `disk`; backups for the time and the data lost in a disaster.

What it ignores
---------------
Query plans, buffer misses and lock waits inside the database: put them into `work` and its p99, or
into `lock` at the step. Vacuum and other work of its own.

Source
------
Work: reads by primary key 20k a second and core (own measurement, pgbench, 2026), writes 685 a
second and core (PostgresBench, 2026: TPC-B transactions). Overhead: pgbench_accounts (2026).
Kleppmann, Designing Data-Intensive Applications (2017), chapters 5 to 7. Availability: cloud-sla
dataset (2023), RDS in several zones. Failures are assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="sql_database",
    icon="table",
    shape="cylinder",
    traits=frozenset({Trait.STORES_DATA, Trait.STORE_OF_RECORD, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field(
            "work",
            "{read: 0.05 ms, write: 1.5 ms}",
            "10 us",
            "1 h",
            "base.postgres.reads_per_vcpu, base.postgres.rw_tps_per_vcpu",
        ),
        Field("overhead", "1.6x", source="base.size.postgres_overhead"),
        Field("availability", "99.95%", source="base.sla.rds_multi_zone", when="managed"),
        STORE_FAILS,
    ),
)
