"""Diagrams to draw: systems as people draw them, and random graphs."""

from random import Random

from sysdesign.draw import (
    Diagram,
    Frame,
    FrameStyle,
    Link,
    LinkStyle,
    Node,
    Shape,
    Tone,
)

SYNC, ASYNC, COPY = LinkStyle.SYNC, LinkStyle.ASYNC, LinkStyle.REPLICATION


def shortener() -> Diagram:
    """Ten components without frames."""
    return Diagram(
        title="URL shortener",
        subtitle="100M new links a month, reads at peak",
        nodes=(
            Node("user", "Visitor", shape=Shape.PERSON, line=3),
            Node("web", "Web app", "browser", Shape.BROWSER, line=5),
            Node("cdn", "Edge", "CDN", Shape.EDGE, external=True, line=7),
            Node("lb", "Load balancer", "L7", Shape.BALANCER, replicas=2, line=9),
            Node("api", "Link service", "Go", Shape.SERVICE, lines=("12 x 4 cores", "p99 38 ms"), replicas=12, heat=0.62, line=11),
            Node("cache", "Hot links", "Redis", Shape.CACHE, lines=("96 GB, 94% hits",), shards=3, heat=0.41, line=15),
            Node("links", "Links", "wide-column store", Shape.CYLINDER, lines=("3.6 TB a year",), shards=24, replicas=3, heat=0.55, line=19),
            Node("clicks", "Clicks", "stream", Shape.STREAM, shards=12, line=24),
            Node("counter", "Click counter", "worker", Shape.WORKER, replicas=4, heat=0.88, badge="at risk", tone=Tone.WARNING, line=27),
            Node("stats", "Statistics", "time series", Shape.CYLINDER, icon="chart", line=31),
        ),
        links=(
            Link("user", "web", "opens"),
            Link("web", "cdn", "GET /:code"),
            Link("cdn", "lb", "misses 24k rps"),
            Link("web", "lb", "POST /links 120 rps"),
            Link("lb", "api", "24.1k rps"),
            Link("api", "cache", "24k rps", thickness=2.2),
            Link("api", "links", "1.5k rps"),
            Link("api", "clicks", "click events", ASYNC),
            Link("clicks", "counter", "batches of 500", ASYNC),
            Link("counter", "stats", "upsert"),
        ),
        notes=("Rates at peak; utilisation is that of one instance.",),
    )  # fmt: skip


def timeline() -> Diagram:
    """Thirty components of a Twitter-like service in two regions with zones."""
    f = [
        Frame("app", "Twitter-like service", "200M daily users", style=FrameStyle.SYSTEM, line=1),
        Frame("edge", "Edge", "public network", "app", FrameStyle.TRUST, line=20),
        Frame("eu", "eu-west", "region", "app", FrameStyle.REGION, line=22),
        Frame("eu-a", "eu-west-a", "zone", "eu", FrameStyle.ZONE, line=23),
        Frame("eu-b", "eu-west-b", "zone", "eu", FrameStyle.ZONE, line=24),
        Frame("read", "Reading", "", "eu-a", FrameStyle.GROUP, line=25),
        Frame("write", "Writing", "", "eu-a", FrameStyle.GROUP, line=26),
        Frame("us", "us-east", "region", "app", FrameStyle.REGION, line=30),
    ]
    n = [
        Node("reader", "Reader", "wants a fresh timeline", Shape.PERSON),
        Node("author", "Author", shape=Shape.PERSON),
        Node("phone", "Mobile app", "iOS, Android", Shape.PHONE),
        Node("web", "Web app", "single page", Shape.BROWSER),
        Node("ads", "Ad exchange", "partner", Shape.CLOUD, external=True, lines=("p99 40 ms",)),
        Node("push", "Push service", "APNs, FCM", Shape.CLOUD, external=True),
        Node("cdn", "CDN", "photos", Shape.EDGE, frame="edge", external=True),
        Node("dns", "DNS", "latency routed", Shape.NAMES, frame="edge"),
        Node("gw", "API gateway", "auth, limits", Shape.GATEWAY, replicas=6, heat=0.44, frame="edge"),
        Node("lb", "Load balancer", "least connections", Shape.BALANCER, replicas=2, frame="eu"),
        Node("home", "Timeline service", "Go", Shape.SERVICE, lines=("60 x 4 cores", "p99 120 ms"), replicas=60, heat=0.72, frame="read", badge="bottleneck", tone=Tone.WARNING, link="#home"),
        Node("tcache", "Timeline cache", "Redis cluster", Shape.CACHE, lines=("13 TB in memory",), shards=512, heat=0.35, frame="read"),
        Node("users", "User service", "Java", Shape.SERVICE, replicas=12, heat=0.51, frame="read"),
        Node("search", "Search", "inverted index", Shape.SEARCH, shards=40, replicas=2, heat=0.66, frame="read"),
        Node("tweet", "Tweet service", "Go", Shape.SERVICE, replicas=20, heat=0.38, frame="write"),
        Node("ids", "Id generator", "64-bit ids", Shape.FUNCTION, replicas=3, frame="write"),
        Node("fanq", "Fan-out queue", "at least once", Shape.QUEUE, shards=64, frame="write"),
        Node("fan", "Fan-out worker", "push to followers", Shape.WORKER, replicas=120, heat=0.93, frame="write", badge="3.1 s p95", tone=Tone.BAD),
        Node("clock", "Trend job", "every hour", Shape.CLOCK, frame="write"),
        Node("tweets", "Tweets", "wide-column store", Shape.CYLINDER, lines=("96 shards by tweet id", "2.1 PB in 5 years"), shards=96, replicas=3, heat=0.58, frame="eu-b", icon="columns"),
        Node("graph", "Follower graph", "graph database", Shape.CYLINDER, replicas=3, heat=0.47, frame="eu-b", icon="graph"),
        Node("profiles", "Profiles", "PostgreSQL", Shape.CYLINDER, replicas=2, frame="eu-b", icon="table"),
        Node("media", "Media", "object store", Shape.BUCKET, lines=("29 PB in 5 years",), frame="eu-b"),
        Node("events", "Event log", "stream", Shape.STREAM, shards=48, frame="eu-b"),
        Node("uslb", "Load balancer", "least connections", Shape.BALANCER, frame="us"),
        Node("ushome", "Timeline service", "Go", Shape.SERVICE, replicas=40, heat=0.69, frame="us"),
        Node("uscache", "Timeline cache", "Redis cluster", Shape.CACHE, shards=256, frame="us"),
        Node("ustweets", "Tweets copy", "wide-column store", Shape.CYLINDER, shards=96, frame="us", icon="columns"),
        Node("notify", "Notifier", "worker", Shape.WORKER, replicas=8, frame="us"),
        Node("note", "Weekend peak is 1.4 times", shape=Shape.NOTE, frame="us"),
    ]  # fmt: skip
    k = [
        Link("reader", "phone", "opens 6 a day"),
        Link("reader", "web"),
        Link("author", "phone", "posts"),
        Link("phone", "dns", "resolves"),
        Link("phone", "cdn", "photos"),
        Link("web", "cdn"),
        Link("phone", "gw", "HTTPS 310k rps", thickness=2.4),
        Link("web", "gw", "HTTPS 90k rps"),
        Link("gw", "lb", "400k rps", thickness=2.4),
        Link("gw", "uslb", "170k rps", thickness=2.0),
        Link("lb", "home", "home timeline 380k rps", thickness=2.4),
        Link("lb", "tweet", "post 14k rps"),
        Link("home", "tcache", "380k rps", thickness=2.4),
        Link("home", "users", "names"),
        Link("home", "tweets", "misses 19k rps"),
        Link("home", "ads", "optional, 50 ms"),
        Link("users", "profiles"),
        Link("lb", "search", "9k rps"),
        Link("tweet", "ids"),
        Link("tweet", "tweets", "quorum write"),
        Link("tweet", "media", "photos"),
        Link("tweet", "fanq", "14k msg/s", ASYNC),
        Link("fanq", "fan", "", ASYNC),
        Link("fan", "graph", "followers"),
        Link("fan", "tcache", "2.8M writes/s", tone=Tone.BAD, thickness=2.4),
        Link("clock", "search", "trends"),
        Link("tweet", "events", "", ASYNC),
        Link("events", "search", "indexing", ASYNC),
        Link("events", "notify", "", ASYNC),
        Link("notify", "push", "", ASYNC),
        Link("uslb", "ushome"),
        Link("ushome", "uscache"),
        Link("ushome", "ustweets"),
        Link("tweets", "ustweets", "asynchronous copies", COPY, constraint=False, both_ways=True),
    ]
    return Diagram(
        "Timeline at peak",
        tuple(n),
        tuple(f),
        tuple(k),
        "Deployment with load and utilisation",
        notes=("Rates at peak. Utilisation at the medians of the assumptions.",),
    )


def everything() -> Diagram:
    """Each shape, tone, style and mark at least once."""
    shapes, tones = list(Shape), list(Tone)
    nodes = tuple(
        Node(f"n{i}", shape.value, f"kind {i}", shape, lines=("p99 12 ms",), replicas=1 + i % 3, shards=1 + i % 2 * 7,
             badge="new" if i % 4 == 0 else "", tone=tones[i % 6], heat=i / 15 if i % 2 else None, external=i % 5 == 0,
             frame=f"f{i % 5}", line=i, link="#there" if i % 3 else "")
        for i, shape in enumerate(shapes)
    )  # fmt: skip
    frames = tuple(
        Frame(f"f{i}", style.value, "frame", None, style, line=90 + i)
        for i, style in enumerate(FrameStyle)
    )
    links = tuple(
        Link(f"n{i}", f"n{(i * 7 + 1) % len(nodes)}", f"call {i}", list(LinkStyle)[i % 3], tones[i % 6], both_ways=i % 4 == 0,
             id=f"k{i}", line=50 + i)
        for i in range(len(nodes))
    )  # fmt: skip
    return Diagram("Everything", nodes, frames, links, "all signs", notes=("a note",))


_PARTS = (
    ("gateway", Shape.GATEWAY, "gateway"), ("service", Shape.SERVICE, "Go"), ("service", Shape.SERVICE, "Java"),
    ("cache", Shape.CACHE, "Redis"), ("db", Shape.CYLINDER, "PostgreSQL"), ("queue", Shape.QUEUE, "SQS"),
    ("worker", Shape.WORKER, "Python"), ("service", Shape.SERVICE, "Rust"), ("files", Shape.BUCKET, "object store"),
    ("index", Shape.SEARCH, "OpenSearch"),
)  # fmt: skip
_DOMAINS = (
    "orders", "billing", "catalog", "search", "users", "mail", "stock", "pricing", "reviews",
    "shipping", "media", "fraud", "ledger", "reports", "carts", "offers", "audit", "chat",
    "maps", "tickets",
)  # fmt: skip


def platform(nodes: int, seed: int = 7) -> Diagram:
    """A platform of domains in zones of regions, each a small realistic system, linked in a flow."""
    draw = Random(seed)
    domains = -(-nodes // len(_PARTS))
    regions = max(1, domains // 6)
    frames = [
        Frame(f"r{r}", f"region {r + 1}", "3 zones", None, FrameStyle.REGION)
        for r in range(regions)
    ]
    frames += [
        Frame(f"r{r}z{z}", f"zone {'abc'[z]}", "", f"r{r}", FrameStyle.ZONE)
        for r in range(regions)
        for z in range(2)
    ]
    made: list[Node] = []
    links: list[Link] = []
    doors: list[str] = []
    for d in range(domains):
        name = _DOMAINS[d % len(_DOMAINS)]
        zone = f"r{d % regions}z{d // regions % 2}"
        frames.append(Frame(f"g{d}", name.title(), "team", zone, FrameStyle.GROUP))
        count = min(len(_PARTS), nodes - len(made))
        ids = [f"{name}{d}_{i}" for i in range(count)]
        for i, (word, shape, kind) in enumerate(_PARTS[:count]):
            heat = round(draw.random(), 2) if draw.random() < 0.6 else None
            made.append(
                Node(
                    ids[i],
                    f"{name} {word}",
                    kind,
                    shape,
                    replicas=draw.choice((1, 1, 2, 6, 24)),
                    heat=heat,
                    frame=f"g{d}",
                    shards=draw.choice((1, 1, 8)) if shape is Shape.CYLINDER else 1,
                    line=10 * len(made),
                )
            )
        wires = [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (5, 6), (6, 7), (7, 8), (6, 9), (2, 4)]
        for a, b in wires:
            if a < count and b < count:
                style = ASYNC if 5 in (a, b) else SYNC
                links.append(
                    Link(
                        ids[a],
                        ids[b],
                        f"{draw.randint(1, 90)}k rps" if draw.random() < 0.6 else "",
                        style,
                    )
                )
        if doors:
            links.append(Link(draw.choice(doors), ids[0], f"{name} API"))
        doors.append(ids[min(1, count - 1)])
    return Diagram(f"Platform of {nodes} components", tuple(made), tuple(frames), tuple(links), "Domains in zones")  # fmt: skip


def random_graph(seed: int, nodes: int, label_share: float = 0.7) -> Diagram:
    """Any graph: frames nested at random, links between any nodes, labels long and short."""
    draw = Random(seed)
    count = draw.randint(0, max(1, nodes // 4))
    frames = []
    for i in range(count):
        parent = f"f{draw.randrange(i)}" if i and draw.random() < 0.6 else None
        frames.append(
            Frame(
                f"f{i}",
                f"frame {i}",
                draw.choice(("", "zone", "a rather long subtitle")),
                parent,
                draw.choice(list(FrameStyle)),
            )
        )
    words = (
        "reads",
        "12k rps",
        "writes with a quorum of three",
        "e",
        "events for the search index and for reports",
    )
    made = tuple(
        Node(
            f"n{i}",
            draw.choice(("db", "order service", "a component with a rather long name")) + f" {i}",
            draw.choice(("", "Go", "PostgreSQL 16")),
            draw.choice(list(Shape)),
            replicas=draw.choice((1, 2, 9)),
            shards=draw.choice((1, 1, 16)),
            heat=draw.choice((None, draw.random() * 1.2)),
            lines=draw.choice(((), ("p99 12 ms",), ("one", "two"))),
            external=draw.random() < 0.1,
            frame=f"f{draw.randrange(count)}" if count and draw.random() < 0.8 else None,
        )
        for i in range(nodes)
    )
    links = []
    for _ in range(round(nodes * 1.2)):
        a, b = draw.randrange(nodes), draw.randrange(nodes)
        links.append(
            Link(
                f"n{a}",
                f"n{b}",
                draw.choice(words) if draw.random() < label_share else "",
                draw.choice(list(LinkStyle)),
                constraint=draw.random() < 0.9,
                both_ways=draw.random() < 0.1,
            )
        )
    return Diagram(f"Random {seed}", made, tuple(frames), tuple(links))  # fmt: skip
