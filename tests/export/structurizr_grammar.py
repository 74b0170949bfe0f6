"""A strict reader of the part of the Structurizr DSL that is written.

By https://docs.structurizr.com/dsl/language and /dsl/basics (read 2026): one statement a line,
tokens apart by blanks, quotes escaped by a backslash, `{` at the end of the line that it opens and
`}` on a line of its own; identifiers before their use; names unique among their siblings; one
relationship of a description between two elements; a dynamic view only goes where the model does.
"""

import re

# Statement to its parents and its most tokens after the keyword, the brace left out.
CHILDREN = {
    "workspace": ((None,), 2), "model": (("workspace",), 0), "views": (("workspace",), 0),
    "person": (("model",), 3), "softwareSystem": (("model",), 3),
    "container": (("softwareSystem", "group"), 4), "group": (("softwareSystem",), 1),
    "deploymentEnvironment": (("model",), 1), "containerInstance": (("deploymentNode",), 3),
    "deploymentNode": (("deploymentEnvironment", "deploymentNode"), 5),
    "systemContext": (("views",), 3), "dynamic": (("views",), 3), "deployment": (("views",), 4),
    "styles": (("views",), 0), "element": (("styles",), 1), "relationship": (("styles",), 1),
    "include": (("systemContext", "container", "deployment"), 1),
    "autolayout": (("systemContext", "container", "deployment", "dynamic"), 4),
    "background": (("element",), 1), "color": (("element",), 1), "shape": (("element",), 1),
    "style": (("relationship",), 1),
}  # fmt: skip
TOKEN = re.compile(r'"((?:[^"]|(?<=\\)")*)"(?=\s|$)|([^\s"]+)(?=\s|$)')


class GrammarError(Exception):
    """A line that the language does not allow."""


def tokens(line: str) -> list[tuple[str, bool]]:
    """Tokens of a line, each with whether it was quoted."""
    found, at = [], 0
    line = line.strip()
    while at < len(line):
        match = TOKEN.match(line, at)
        if match is None:
            raise GrammarError(f"not tokens: {line}")
        quoted = match[1] is not None
        text = match[1] if quoted else match[2]
        if "${" in text:
            raise GrammarError(f"a substitution: {line}")
        found.append((text, quoted))
        at = match.end()
        while at < len(line) and line[at].isspace():
            at += 1
    return found


def check(text: str) -> dict[str, list[str]]:
    """Identifiers, relations and view keys of a workspace; raises GrammarError."""
    reader = _Reader()
    for line in text.splitlines():
        if line.strip() and not line.strip().startswith(("#", "//")):
            reader.line(line)
    if reader.open:
        raise GrammarError("a brace is not closed")
    return {"ids": list(reader.ids), "relations": [f"{a} -> {b}" for a, b in reader.related],
            "views": reader.keys}  # fmt: skip


class _Reader:
    def __init__(self) -> None:
        self.open: list[str] = []
        self.ids: dict[str, str] = {}
        self.names: list[set[tuple[str, str]]] = [set()]
        self.related: dict[tuple[str, str], None] = {}
        self.keys: list[str] = []

    def line(self, line: str) -> None:
        words = tokens(line)
        if words == [("}", False)]:
            if not self.open:
                raise GrammarError("a brace too many")
            self.open.pop()
            self.names.pop()
            return
        opens = words[-1] == ("{", False)
        if any(w in (("{", False), ("}", False)) for w in words[: -1 if opens else None]):
            raise GrammarError(f"a brace within: {line}")
        body = words[:-1] if opens else words
        self.statement(line, body)
        if opens:
            first = (
                body[2][0]
                if len(body) > 2 and body[1] == ("=", False)
                else body[0][0]
                if body
                else "{"
            )
            self.open.append(first)
            self.names.append(set())

    def statement(self, line: str, body: list[tuple[str, bool]]) -> None:
        parent = self.open[-1] if self.open else None
        if not body:
            raise GrammarError(f"a block of its own: {line}")
        if any(text in ("->", "=") and quoted for text, quoted in body[1:2]):
            raise GrammarError(f"taken for a sign: {line}")
        if self.open[-1:] == ["dynamic"] and re.fullmatch(r"[1-9]\d*:", body[0][0]):
            body = body[1:]
        if len(body) > 1 and body[1] == ("->", False):
            self.relation(line, parent, body)
            return
        identifier = None
        if len(body) > 2 and body[1] == ("=", False):
            identifier, body = body[0][0], body[2:]
            if not re.fullmatch(r"\w[A-Za-z0-9_-]*", identifier) or identifier in self.ids:
                raise GrammarError(f"identifier: {line}")
        self.known(line, parent, body, identifier)

    def known(
        self, line: str, parent: str | None, body: list[tuple[str, bool]], identifier: str | None
    ) -> None:
        keyword = body[0][0]
        parents, most = CHILDREN.get(keyword, ((), 0))
        if keyword == "container" and parent == "views":  # the view of this name
            parents, most = ("views",), 3
        if parent not in parents or len(body) - 1 > most:
            raise GrammarError(f"{keyword} in {parent}: {line}")
        if (
            keyword in ("person", "softwareSystem", "container", "deploymentNode", "group")
            and parent != "views"
        ):
            sort = "element" if keyword in ("person", "softwareSystem") else keyword
            if not body[1][0].strip() or (sort, body[1][0]) in self.names[-1]:
                raise GrammarError(f"no name, or one that was there: {line}")
            self.names[-1].add((sort, body[1][0]))
        if parent == "views" and keyword != "styles":
            self.view(line, keyword, body)
        if keyword == "containerInstance" and self.ids.get(body[1][0]) != "container":
            raise GrammarError(f"no such container: {line}")
        if keyword == "deploymentNode" and len(body) > 5 and int(body[5][0]) < 1:
            raise GrammarError(f"instances: {line}")
        if identifier:
            self.ids[identifier] = keyword

    def view(self, line: str, keyword: str, body: list[tuple[str, bool]]) -> None:
        key = body[3 if keyword == "deployment" else 2][0]
        if body[1][0] not in self.ids or key in self.keys or not re.fullmatch(r"[\w-]+", key):
            raise GrammarError(f"view: {line}")
        self.keys.append(key)

    def relation(self, line: str, parent: str | None, body: list[tuple[str, bool]]) -> None:
        ends = (body[0][0], body[2][0])
        if any(end not in self.ids for end in ends) or body[0][1] or body[2][1] or len(body) > 6:
            raise GrammarError(f"relation: {line}")
        if parent == "model":
            if ends in self.related:
                raise GrammarError(f"twice: {line}")
            self.related[ends] = None
        elif parent == "dynamic":
            if ends not in self.related and ends[::-1] not in self.related:
                raise GrammarError(f"not in the model: {line}")
        else:
            raise GrammarError(f"relation in {parent}: {line}")
