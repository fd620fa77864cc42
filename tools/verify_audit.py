#!/usr/bin/env python3
"""Verifies an exported audit log without any code of Kanmon.

    verify_audit.py FOLDER [--key NAME+ID+KEY]... [--checkpoints FILE]...
    verify_audit.py --proof FILE [--key NAME+ID+KEY]...
    verify_audit.py --consistency FILE [--key NAME+ID+KEY]...

FOLDER is what `kanmon audit export FOLDER` wrote, or a dossier (`kanmon dossier`), which has the details of its own
rows only: its manifest is checked as well, and the shipments of others, of which it cannot speak, are counted; a proof is what `kanmon audit prove ID` printed or the page of a proof
gave away: one row, its path and a checkpoint; a consistency is what `kanmon audit consistency OLD NEW` printed: two
checkpoints, and the path that shows that the log of the older is the beginning of that of the newer. Keys and checkpoints that were kept outside prove more than those in
the folder, which came from the operator. Needs Python 3.9 and the package `cryptography`; exit 0 whole, 1 damaged,
2 unreadable.

How a row becomes a leaf: each field, as UTF-8 and preceded by its length in bytes as eight bytes big-endian, in this
order: seq, id, change_id, at, person_id, person_name, role, verb, subject_kind, subject_id, programme_id, facility_id,
detail_digest; an absent field is empty. Leaves and nodes are those of RFC 6962, notes and checkpoints those of C2SP.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELDS = [
    "seq", "id", "change_id", "at", "person_id", "person_name", "role", "verb",
    "subject_kind", "subject_id", "programme_id", "facility_id", "detail_digest",
]


EXPORTED = {*FIELDS, "leaf", "salt", "detail"}


class Unreadable(Exception):
    """The input is not what this program reads."""


def sha256(data):
    return hashlib.sha256(data).digest()


def decoded(text):
    """Base64 in its one spelling: bits beyond the last byte are nought."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode("ascii") != text:
        raise ValueError("not the one spelling")
    return raw


def leaf_of(row):
    data = bytearray()
    for name in FIELDS:
        value = row.get(name)
        text = ("" if value is None else str(value)).encode("utf-8")
        data += struct.pack(">Q", len(text)) + text
    return sha256(b"\x00" + bytes(data))


class Tree:
    """The roots of the full subtrees, largest first; enough to append and to tell the root."""

    def __init__(self):
        self.size = 0
        self.roots = []

    def append(self, leaf):
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + self.roots.pop() + leaf)
            size >>= 1
        self.roots.append(leaf)
        self.size += 1

    def root(self):
        if not self.roots:
            return sha256(b"")
        found = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            found = sha256(b"\x01" + left + found)
        return found


class Key:
    def __init__(self, text):
        try:
            self.name, key_id, encoded = text.strip().split("+", 2)
            raw = decoded(encoded)
        except ValueError as cause:
            raise Unreadable(f"{text!r} is not a key") from cause
        if len(raw) != 33 or raw[0] != 1:
            raise Unreadable(f"{text!r} is not an Ed25519 key")
        self.id = sha256(self.name.encode() + b"\n" + raw)[:4]
        if self.id.hex() != key_id.lower():
            raise Unreadable(f"the id of {text!r} does not fit")
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])

    def signed(self, text, name, raw):
        if name != self.name or raw[:4] != self.id:
            return False
        try:
            self.public.verify(raw[4:], text.encode("utf-8"))
        except InvalidSignature:
            return False
        return True


def open_note(note, keys):
    """The checkpoint (size, root) of a note that one of the keys signed; None otherwise."""
    found = checkpoint_of(note, keys)
    return found and found[1:]


def checkpoint_of(note, keys):
    """The checkpoint (origin, size, root) of a note that one of the keys signed; None otherwise."""
    text, mark, signatures = note.rpartition("\n\n")
    if not mark or not signatures.endswith("\n"):
        return None
    text += "\n"
    good = False
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            return None
        try:
            raw = decoded(parts[2])
        except ValueError:
            return None
        good = good or any(key.signed(text, parts[1], raw) for key in keys)
    lines = text.split("\n")
    if not good or len(lines) < 4 or not lines[0]:
        return None
    try:
        size, root = int(lines[1]), decoded(lines[2])
    except ValueError:
        return None
    return (lines[0], size, root) if str(size) == lines[1] and len(root) == 32 else None


def notes_in(text):
    """Notes that stand one after the other in a file."""
    notes, note, signed = [], "", False
    # Mail programs save with their own ends of lines.
    for line in text.replace("\r\n", "\n").splitlines(keepends=True):
        signature = line.startswith("— ")
        if signed and not signature:
            notes.append(note)
            note, signed = "", False
        note += line
        signed = signed or signature
    return notes + [note] if note.strip() else notes


def json_lines(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError as cause:
                raise Unreadable(f"{path}:{number}: {cause}") from cause


def node(left, right):
    return sha256(b"\x01" + left + right)


def root_by_path(leaf, index, size, path):
    """The root to which a path leads (RFC 9162, section 2.1.3.2); None where it does not fit index and size."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, beside)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def grew(old, new, path):
    """Whether a path shows that one tree (size, root) is the beginning of another (RFC 9162, section 2.1.4.2)."""
    (first, first_root), (second, second_root) = old, new
    if first > second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == sha256(b"")
    # A tree that is one full subtree is itself the first node of the path.
    nodes = list(path) if first & (first - 1) else [first_root, *path]
    if not nodes:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    former = present = nodes[0]
    for beside in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            former, present = node(beside, former), node(beside, present)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            present = node(present, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and former == first_root and present == second_root


def hashes(path):
    found = [bytes.fromhex(text) for text in path]
    if any(len(one) != 32 for one in found):
        raise Unreadable("a hash of the path is none")
    return found


def verify_proof(given, keys):
    """What is wrong with the proof of one row, as sentences, and what it proves."""
    proof, row = given["proof"], given["proof"]["row"]
    if set(row) != EXPORTED or type(row["seq"]) is not int:
        raise Unreadable("the row is none")
    damage, leaf = row_damage(row)
    known = open_note(given["checkpoint"], keys)
    if known is None:
        return damage + ["the checkpoint bears no signature that fits"], ""
    size, root = known
    index = row["seq"] - 1
    if (proof["index"], proof["size"]) != (index, size):
        damage.append("index or size are not those of the row and the checkpoint")
    if root_by_path(leaf, index, size, hashes(proof["path"])) != root:
        damage.append(f"{row['seq']}: the path does not lead from the row to the checkpoint's root")
    return damage, f"row {row['seq']} ({row['verb']}) in the log of {size} rows, root {root.hex()}"


def verify_growth(given, keys):
    """What is wrong with the proof that a log only grew, as sentences, and what it proves."""
    old, new = (checkpoint_of(given[which], keys) for which in ("old", "new"))
    if old is None or new is None:
        return ["a checkpoint bears no signature that fits"], ""
    damage = []
    if old[0] != new[0]:
        damage.append("the checkpoints are of two logs")
    if not grew(old[1:], new[1:], hashes(given["path"])):
        damage.append(f"the log of {old[1]} rows is not the beginning of that of {new[1]} rows")
    return damage, f"the log grew from {old[1]} to {new[1]} rows, root {new[2].hex()}"


class Shipments:
    """The negative: nothing was shipped without a permitting verdict of the same transaction."""

    def __init__(self, dossier):
        self.dossier = dossier
        self.kept = {}
        self.logged = {}
        self.of_others = 0

    def see(self, row):
        if row["verb"] == "verdict_kept":
            self.kept[row["subject_id"]] = (row["change_id"], json.loads(row["detail"] or "{}"))
        elif row["verb"] == "delivery_shipped" and self.dossier and row["detail"] is None:
            # Only what is about the dossier keeps its details: this shipment is of another facility or delivery.
            self.of_others += 1
        elif row["verb"] == "delivery_shipped":
            self.logged[row["change_id"]] = row["subject_id"]

    def flaws(self, exported):
        borne_out = set()
        for one in exported:
            delivery, change = one["delivery"], one["change_id"]
            if self.logged.get(change) != delivery:
                yield f"delivery {delivery}: the log knows no such shipment"
            borne_out.add(change)
            of, said = self.kept.get(one["verdict"], (None, {}))
            digest = hashlib.sha256(one["facts"].encode("utf-8"))
            for body in one["findings"]:
                digest.update(body.encode("utf-8"))
            if of != change:
                yield f"delivery {delivery}: its verdict is not of the same transaction"
            elif said.get("purpose") != "shipment" or said.get("subject") != delivery:
                yield f"delivery {delivery}: its verdict is of something else"
            elif (said.get("first"), said.get("last")) != (one["shipped_on"], one["arrives_on"]):
                yield f"delivery {delivery}: its verdict is of other days"
            elif said.get("outcome") not in ("met", "consider"):
                yield f"delivery {delivery}: its verdict does not permit"
            elif said.get("digest") != digest.hexdigest():
                yield f"delivery {delivery}: its verdict is not the one recorded"
            worst = [json.loads(body).get("outcome") for body in one["findings"]]
            if not worst or any(outcome not in ("met", "consider") for outcome in worst):
                yield f"delivery {delivery}: a finding of its verdict does not permit"
        for change, delivery in self.logged.items():
            if change not in borne_out:
                yield f"delivery {delivery}: the log knows a shipment that was not exported"


def row_damage(row):
    """What is wrong within one row, and its leaf."""
    damage, seq, leaf = [], row["seq"], leaf_of(row)
    if leaf.hex() != row.get("leaf"):
        damage.append(f"{seq}: the row does not fit its leaf")
    salt, detail = row.get("salt"), row.get("detail")
    if (salt is None) != (detail is None):
        damage.append(f"{seq}: the details are not those recorded")
    elif salt is not None:
        if hashlib.sha256((salt + detail).encode("utf-8")).hexdigest() != row["detail_digest"]:
            damage.append(f"{seq}: the details are not those recorded")
    return damage, leaf


def manifest_damage(folder):
    """What does not fit the manifest of a dossier: a file that is another one, is missing, or is not in it."""
    listed = {}
    for line in (folder / "MANIFEST").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    there = {path.name for path in folder.iterdir()} - {"MANIFEST"}
    for name in sorted(there - set(listed)):
        yield f"{name}: the manifest does not know this file"
    for name, digest in sorted(listed.items()):
        if name not in there:
            yield f"{name}: the file is missing"
        elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            yield f"{name}: the file is not the one of the manifest"


def verify(folder, keys, notes):
    """What is wrong, as sentences, how many rows and checkpoints were looked at, and the shipments of others."""
    dossier = (folder / "dossier.json").exists()
    damage = list(manifest_damage(folder)) if dossier else []
    shipments = Shipments(dossier)
    awaited = {}
    for note in notes:
        known = open_note(note, keys)
        if known is None:
            damage.append("a checkpoint bears no signature that fits")
        else:
            awaited.setdefault(known[0], set()).add(known[1])
    tree = Tree()

    def compare():
        if awaited.get(tree.size, {tree.root()}) != {tree.root()}:
            damage.append(f"{tree.size}: the rows up to here are not those of the checkpoint")

    compare()
    for row in json_lines(folder / "audit.jsonl"):
        if not isinstance(row, dict) or set(row) != EXPORTED or type(row["seq"]) is not int:
            raise Unreadable("audit.jsonl: a line is no row")
        seq = row["seq"]
        if seq != tree.size + 1:
            damage.append(f"{tree.size + 1}: the row is missing, {seq} stands in its place")
        within, leaf = row_damage(row)
        damage += within
        tree.append(leaf)
        compare()
        shipments.see(row)
    damage += shipments.flaws(json_lines(folder / "shipments.jsonl"))
    longest = max(awaited, default=0)
    if longest > tree.size:
        damage.append(f"{longest}: the log is shorter than a checkpoint says")
    if not awaited:
        damage.append("there is no checkpoint to compare with")
    return damage, tree, sum(len(roots) for roots in awaited.values()), shipments.of_others if dossier else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("--proof", type=pathlib.Path)
    parser.add_argument("--consistency", type=pathlib.Path)
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--checkpoints", action="append", default=[], type=pathlib.Path)
    asked = parser.parse_args()
    if [asked.folder, asked.proof, asked.consistency].count(None) != 2:
        parser.error("one of FOLDER, --proof FILE and --consistency FILE")
    try:
        damage, summary = look(asked)
    except (OSError, Unreadable, KeyError, TypeError, AttributeError, ValueError) as cause:
        print(f"cannot be read: {cause}", file=sys.stderr)
        return 2
    for sentence in damage:
        print(sentence)
    print(f"{summary}, {len(damage)} damaged" if summary else f"{len(damage)} damaged")
    if not asked.key:
        print("keys are those that came with it; give --key with one kept outside to prove more", file=sys.stderr)
    return 1 if damage else 0


def look(asked):
    """What is wrong with what is asked about, and what was looked at."""
    given = None
    if asked.folder is None:
        given = json.loads((asked.proof or asked.consistency).read_text(encoding="utf-8"))
        texts = asked.key or given["keys"]
    else:
        texts = asked.key or (asked.folder / "keys.txt").read_text(encoding="utf-8").split()
    keys = [Key(text) for text in texts]
    if asked.proof:
        return verify_proof(given, keys)
    if asked.consistency:
        return verify_growth(given, keys)
    notes = [row["note"] for row in json_lines(asked.folder / "checkpoints.jsonl")]
    for path in asked.checkpoints:
        notes += notes_in(path.read_text(encoding="utf-8"))
    damage, tree, checkpoints, others = verify(asked.folder, keys, notes)
    summary = f"{tree.size} rows, {checkpoints} checkpoints, root {tree.root().hex()}"
    if others is not None:
        summary += f", {others} shipments of others were not looked at"
    return damage, summary


if __name__ == "__main__":
    sys.exit(main())
