"""Where a rule of the house is broken on purpose: (rule, file) and why that is safe there."""

from __future__ import annotations

EXCUSED = {
    ("leaves-plaintext", "cli/begin/demo.py"): "The exports of a made-up person, in a folder that goes at the end.",
    ("leaves-plaintext", "cli/picture.py"): "The picture of the made-up person for these docs.",
    ("leaves-plaintext", "learn/daily_making.py"): "The prior, learnt from simulated lives, for the package itself.",
    ("leaves-plaintext", "sample/export/cgm.py"): "Exports of the made-up person.",
    ("leaves-plaintext", "sample/export/nightscout.py"): "Exports of the made-up person.",
    ("leaves-plaintext", "sample/export/tables.py"): "Exports of the made-up person.",
    ("leaves-plaintext", "sample/truth.py"): "What is true of the made-up person.",
    ("leaves-plaintext", "vault/log.py"): "The record itself: every entry is sealed before it is written.",
    ("names-an-address", "sample/export/apple.py"): "The document type of Apple's own exports, never fetched.",
    ("names-an-address", "sample/export/apple_workouts.py"): "The schema of GPX, never fetched.",
    ("names-an-address", "sample/export/fitbit_logs.py"): "What a log of that service says, never fetched.",
    ("names-an-address", "vocabulary/page.py"): "A link on a page of the docs.",
    ("leaves-plaintext", "exchange/jsonld.py"): "The export a person asked for, into the private file opened for it.",
    ("leaves-plaintext", "exchange/tables.py"): "The export a person asked for, into the private file opened for it.",
    ("leaves-plaintext", "twin/sharing_files.py"): "Into memory; sealed to its recipient before it is written.",
    ("leaves-plaintext", "vault/checkpoint.py"): "Signed checkpoints of the record: hashes, and nothing of a person.",
    ("leaves-plaintext", "vault/erase_epoch.py"): "Random bytes over a key file that goes.",
    ("reaches-out", "twin/delivering.py"): "Messages of watches go to addresses their owner gave, and to no other.",
    ("reaches-out", "twin/serving/listening.py"): "A socket of this machine, for its own user alone.",
    ("reaches-out", "twin/serving/places.py"): "A socket of this machine, for its own user alone.",
    ("reaches-out", "twin/serving/wire.py"): "A socket of this machine, for its own user alone.",
    ("reaches-out", "twin/serving/worker.py"): "The socket to the process that started this one.",
    ("reaches-out", "twin/serving/workers.py"): "Sockets to processes that this one starts.",
    ("leaves-plaintext", "twin/serving/places.py"): "Only asks where things that pass go; a socket holds nothing.",
    ("reaches-out", "vault/places_s3.py"): "Backups go to the host their owner named, sealed, and to no other.",
    ("names-an-address", "vault/places_s3.py"): "How an endpoint is written, in a hint.",
    ("follows-entities", "sources/_apple_elements.py"): "Expat itself, with entities refused.",
}
