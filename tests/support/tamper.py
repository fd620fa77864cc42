"""Changes an exported log in many ways and asks the second verifier each time; prints what passed unseen."""

import json
import pathlib
import random
import shutil
import sys
import tempfile

folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
import verify_audit as second  # noqa: E402

keys = [second.Key(text) for text in (folder / "keys.txt").read_text().split()]
notes = [row["note"] for row in second.json_lines(folder / "checkpoints.jsonl")]
damage, tree, checkpoints, _ = second.verify(folder, keys, notes)
assert damage == [] and checkpoints == len(notes) > 0, damage
assert tree.size > 100, tree.size

dice = random.Random(20261123)
shipments = (folder / "shipments.jsonl").read_bytes()
assert shipments.count(b"\n") > 0, "the sample has shipments"
lines = (folder / "audit.jsonl").read_bytes().split(b"\n")[:-1]
row = json.loads(lines[40])


def bent(data):
    """One bit of one byte, which JSON may or may not read."""
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1:]


def whole(rows):
    return b"\n".join(rows) + b"\n"


def with_row(change):
    other = dict(row)
    change(other)
    return whole(lines[:40] + [json.dumps(other, ensure_ascii=False).encode()] + lines[41:])


cases = [(f"flip {n}", bent(whole(lines))) for n in range(200)]
cases += [
    ("deleted", whole(lines[:40] + lines[41:])),
    ("swapped", whole(lines[:40] + [lines[41], lines[40]] + lines[42:])),
    ("inserted", whole(lines[:40] + [lines[39]] + lines[40:])),
    ("appended twice", whole(lines + [lines[-1]])),
    ("truncated", whole(lines[:-30])),
    ("emptied", b""),
    ("renamed", with_row(lambda r: r.update(person_name="somebody else"))),
    ("details gone by half", with_row(lambda r: r.update(detail=None))),
    ("other details", with_row(lambda r: r.update(detail="{}"))),
]
same = {json.dumps(json.loads(line), sort_keys=True) for line in lines}
unseen = 0
for name, data in cases:
    room = pathlib.Path(tempfile.mkdtemp())
    (room / "audit.jsonl").write_bytes(data)
    (room / "shipments.jsonl").write_bytes(shipments)
    try:
        seen = second.verify(room, keys, notes)[0]
    except (second.Unreadable, UnicodeDecodeError, KeyError, TypeError, ValueError) as cause:
        seen = [str(cause)]
    if not seen:
        # A bit of white space between two fields changes the file and nothing of the log.
        try:
            rows = {json.dumps(json.loads(line), sort_keys=True) for line in data.split(b"\n")[:-1]}
        except ValueError:
            rows = set()
        if rows != same:
            unseen += 1
            print("not seen:", name)
    shutil.rmtree(room)

# Shipments: one left out, one slipped in, another verdict, other facts, other days.
one = json.loads(shipments.split(b"\n")[0])
rest = shipments.split(b"\n", 1)[1]
for name, change in [
    ("left out", None),
    ("slipped in", {"change_id": "another"}),
    ("another verdict", {"verdict": "another"}),
    ("other facts", {"facts": one["facts"] + " "}),
    ("other findings", {"findings": one["findings"][1:]}),
    ("other days", {"arrives_on": "2030-01-01"}),
    ("another delivery", {"delivery": "another"}),
]:
    room = pathlib.Path(tempfile.mkdtemp())
    (room / "audit.jsonl").write_bytes(whole(lines))
    changed = b"" if change is None else json.dumps({**one, **change}).encode() + b"\n"
    (room / "shipments.jsonl").write_bytes(changed + rest)
    if not second.verify(room, keys, notes)[0]:
        unseen += 1
        print("not seen: a shipment", name)
    shutil.rmtree(room)

# Notes and keys: every flipped bit of a note, and another key.
for bit in range(len(notes[-1].encode()) * 8):
    data = bytearray(notes[-1].encode())
    data[bit // 8] ^= 1 << (bit % 8)
    try:
        text = bytes(data).decode()
    except UnicodeDecodeError:
        continue
    if second.open_note(text, keys) is not None:
        unseen += 1
        print("not seen: bit", bit, "of the note")
assert second.open_note(notes[-1], []) is None
print(f"{len(cases)} changes, {unseen} not seen")
sys.exit(1 if unseen else 0)
