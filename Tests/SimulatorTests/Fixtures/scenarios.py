# SPDX-License-Identifier: Apache-2.0
"""Random scenarios of the executable protocol with identity's answer, one a line: scenarios.py MODEL_FOLDER FIRST COUNT.

The same event sets as protocol.py makes: shared devices, references, replacements, sign-outs, consent, hubs, ids used twice, copies with other content,
forgotten spans, unlinked pairs. `customers` has an entry for each event: an id, null (nobody's) or "gone" (forgotten).
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
import identity
import protocol


def text(i):
    return f"{i[0]}:{i[1]}"


def line(seed):
    _, rules, events, facts = protocol.scenario(seed)
    exits = {}
    for e in events:
        exits.setdefault(e["key"], set()).add(bool(e.get("logout")))
    if any(len(kinds) > 1 for kinds in exits.values()):
        return None    # one key for a sign-out and for something else: only the model's stand-in for a key knows such
    answer = identity.identity(events, rules, facts)
    customers = [answer.attribution.get(e["key"], "gone") for e in events]
    return {
        "seed": seed, "shared_device": rules.shared_device, "early_hubs": seed % 3 == 0,
        "events": [{k: v for k, v in e.items() if k != "key"} for e in events],
        "forgotten": [[text(i), *span] for i, spans in facts.forgotten.items() for span in spans],
        "consent": [[text(i), *change] for i, changes in facts.consent.items() for change in changes],
        "unlinked": [[text(i) for i in sorted(pair)] for pair in facts.unlinked],
        "customers": customers,
        "owners": {text(i): spans for i, spans in sorted(answer.owners.items())},
    }


seed, count = int(sys.argv[2]), int(sys.argv[3])
while count:
    found = line(seed)
    seed += 1
    if found:
        count -= 1
        print(json.dumps(found, separators=(",", ":")))
