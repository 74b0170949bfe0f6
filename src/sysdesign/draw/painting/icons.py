"""Glyphs of 24 by 24, drawn with a stroke of 1.7 and round ends; made for this program."""

from sysdesign.draw.records import Shape

ICONS: dict[str, str] = {
    "box": "M12 3 20 7.5V16.5L12 21 4 16.5V7.5ZM4 7.5 12 12 20 7.5M12 12V21",
    "server": "M4 4.5H20V10.5H4ZM4 13.5H20V19.5H4ZM7.5 7.5H7.6M7.5 16.5H7.6M12 7.5H16.5M12 16.5H16.5",
    "gear": "M12 8.5A3.5 3.5 0 1 0 12 15.5A3.5 3.5 0 1 0 12 8.5ZM12 2.8V5.6M12 18.4V21.2M2.8 12H5.6"
    "M18.4 12H21.2M5.5 5.5 7.5 7.5M16.5 16.5 18.5 18.5M5.5 18.5 7.5 16.5M16.5 7.5 18.5 5.5",
    "store": "M4.5 6C4.5 2.7 19.5 2.7 19.5 6V18C19.5 21.3 4.5 21.3 4.5 18ZM4.5 6C4.5 9.3 19.5 9.3 19.5 6"
    "M4.5 12C4.5 15.3 19.5 15.3 19.5 12",
    "table": "M4 4.5H20V19.5H4ZM4 9.5H20M4 14.5H20M10 9.5V19.5",
    "columns": "M4 4.5H20V19.5H4ZM9.3 4.5V19.5M14.7 4.5V19.5",
    "document": "M6 3H14L18.5 7.5V21H6ZM14 3V7.5H18.5M9 12H15.5M9 16H15.5",
    "graph": "M6 4A2.5 2.5 0 1 0 6 9A2.5 2.5 0 1 0 6 4ZM18 7A2.5 2.5 0 1 0 18 12A2.5 2.5 0 1 0 18 7Z"
    "M9.5 15A2.5 2.5 0 1 0 9.5 20A2.5 2.5 0 1 0 9.5 15ZM8.4 7.2 15.6 8.9M7 8.8 8.8 15.2M16.3 11.3 11.3 15.8",
    "key": "M8 8.5A4 4 0 1 0 8 16.5A4 4 0 1 0 8 8.5ZM12 12.5H21V16M17 12.5V15.5",
    "chart": "M4 4V20H20.5M7.5 15.5 11.5 10.5 14.5 13 20 6.5",
    "bolt": "M13.5 2.8 5 13.5H11.5L10.5 21.2 19 10.5H12.5Z",
    "queue": "M3.5 8H20.5V16H3.5ZM8 8V16M12 8V16M16 8V16",
    "stream": "M3 8C6 5 9 5 12 8S18 11 21 8M3 13C6 10 9 10 12 13S18 16 21 13M3 18C6 15 9 15 12 18S18 21 21 18",
    "person": "M12 3.5A4 4 0 1 0 12 11.5A4 4 0 1 0 12 3.5ZM4.5 20.5C4.5 12.5 19.5 12.5 19.5 20.5",
    "browser": "M3.5 4.5H20.5V19.5H3.5ZM3.5 9H20.5M6.5 6.8H6.6M9.3 6.8H9.4",
    "phone": "M7.5 2.8H16.5V21.2H7.5ZM11 18.4H13",
    "cloud": "M7 18.5C2.5 18.5 2.5 12.2 7 12.2C7 5.5 16 5 16.8 10.5C22 10.5 22 18.5 17 18.5Z",
    "globe": "M12 3A9 9 0 1 0 12 21A9 9 0 1 0 12 3ZM3 12H21M12 3C7.5 8 7.5 16 12 21M12 3C16.5 8 16.5 16 12 21",
    "signpost": "M12 3V21M5 5H16.5L19.5 7.8 16.5 10.5H5ZM12 13H7.5L5 15.2 7.5 17.5H12",
    "gate": "M4 21V8L12 3 20 8V21M4 12H20M8.5 12V21M15.5 12V21",
    "fork": "M3 12H9M9 12C13 12 12 5.5 16 5.5H20.5M9 12H20.5M9 12C13 12 12 18.5 16 18.5H20.5"
    "M18.5 3.5 20.7 5.5 18.5 7.5M18.5 10 20.7 12 18.5 14M18.5 16.5 20.7 18.5 18.5 20.5",
    "lambda": "M6.5 3.5H9.5L17.5 20.5M12.3 9.5 6.5 20.5",
    "clock": "M12 3A9 9 0 1 0 12 21A9 9 0 1 0 12 3ZM12 7V12L15.5 14",
    "magnifier": "M10.5 4A6.5 6.5 0 1 0 10.5 17A6.5 6.5 0 1 0 10.5 4ZM15.3 15.3 20.5 20.5",
    "bucket": "M4 5.5C4 3 20 3 20 5.5S4 8 4 5.5ZM4 5.5 6.2 19C7 21.2 17 21.2 17.8 19L20 5.5",
    "plug": "M8.5 3V8M15.5 3V8M6 8H18V11.5C18 19 6 19 6 11.5ZM12 17V21",
    "note": "M5 4H19V14.5L14 20H5ZM19 14.5H14V20M8.5 8.5H15.5M8.5 12H12.5",
    "lock": "M5.5 10.5H18.5V20.5H5.5ZM8.5 10.5V7.5C8.5 2.5 15.5 2.5 15.5 7.5V10.5M12 14.5V16.5",
    "shield": "M12 3 19.5 6V11.5C19.5 16.5 16 19.5 12 21C8 19.5 4.5 16.5 4.5 11.5V6Z",
    "mail": "M3.5 5.5H20.5V18.5H3.5ZM3.5 6.5 12 13 20.5 6.5",
    "pin": "M12 21C6 14.5 5.5 12 5.5 9.5A6.5 6.5 0 0 1 18.5 9.5C18.5 12 18 14.5 12 21ZM12 7.3"
    "A2.2 2.2 0 1 0 12 11.7A2.2 2.2 0 1 0 12 7.3Z",
    "rack": "M5 3.5H19V20.5H5ZM5 9H19M5 14.8H19M8 6.3H8.1M8 11.9H8.1M8 17.6H8.1",
    "group": "M4 4H11V11H4ZM13 13H20V20H13ZM15 4.5H19.5V9M9 19.5H4.5V15",
}  # fmt: skip

OF_SHAPE: dict[Shape, str] = {
    Shape.BOX: "box",
    Shape.SERVICE: "server",
    Shape.WORKER: "gear",
    Shape.CYLINDER: "store",
    Shape.QUEUE: "queue",
    Shape.STREAM: "stream",
    Shape.CACHE: "bolt",
    Shape.PERSON: "person",
    Shape.BROWSER: "browser",
    Shape.PHONE: "phone",
    Shape.CLOUD: "cloud",
    Shape.EDGE: "globe",
    Shape.NAMES: "signpost",
    Shape.GATEWAY: "gate",
    Shape.BALANCER: "fork",
    Shape.FUNCTION: "lambda",
    Shape.CLOCK: "clock",
    Shape.SEARCH: "magnifier",
    Shape.BUCKET: "bucket",
    Shape.NOTE: "note",
}


def glyph(name: str | None, shape: Shape) -> str:
    """The path of an icon; that of the shape where the name is unknown or missing."""
    return ICONS.get(name or "", ICONS[OF_SHAPE[shape]])
