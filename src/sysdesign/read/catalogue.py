"""Ids that no file defines: component kinds, cited rates, cited locations."""

from sysdesign import kinds, rates


def catalogue_ids(spaces: tuple[str, ...]) -> tuple[str, ...]:
    """Known ids of the catalogue for the spaces `kind`, `rate` and `location`."""
    found: tuple[str, ...] = ()
    if "kind" in spaces:
        found += tuple(kinds.names())
    if "rate" in spaces:
        found += tuple(rates.ids())
    if "location" in spaces:
        found += tuple(rates.locations())
    return found


OTHER_WORDS = {
    "blob_store": "object_store", "broker": "queue", "cassandra": "wide_column_store",
    "database": "sql_database", "dynamodb": "key_value_store", "elasticsearch": "search_index",
    "gateway": "api_gateway", "kafka": "stream", "lambda": "function", "lb": "load_balancer",
    "memcached": "cache", "mongodb": "document_store", "mysql": "sql_database",
    "nginx": "load_balancer", "postgres": "sql_database", "postgresql": "sql_database",
    "rabbitmq": "queue", "redis": "cache", "relational_database": "sql_database",
    "s3": "object_store", "server": "service", "sql": "sql_database", "sqs": "queue",
    "ap-northeast-1": "japan_east", "ap-south-1": "central_india",
    "ap-southeast-1": "southeast_asia", "ap-southeast-2": "australia_east",
    "eu-central-1": "west_europe", "eu-west-1": "north_europe", "eu-west-2": "uk_south",
    "sa-east-1": "brazil_south", "us-east-1": "east_us", "us-west-1": "west_us",
    "us-west-2": "west_us_2",
}  # fmt: skip
"""Kinds by the names of products, and locations by those of another provider in the same area."""
