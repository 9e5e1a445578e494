# SPDX-License-Identifier: Apache-2.0
"""Random cases with their answers, one a line: draw.py SEED COUNT, run in the folder of the executable specification.

Every other case has rules so tight that hubs, full customers and several broken limits are common.
"""
import json
import random
import sys
from dataclasses import replace

sys.path.insert(0, ".")
import identity as m
import oracle

seed, count = int(sys.argv[1]), int(sys.argv[2])
for n in range(count):
    rng = random.Random(seed * 1_000_003 + n)
    case = oracle.identity_cases(rng)
    rules = m.Rules(m.RETAIL.namespaces, shared_device=case["shared_device"])
    if n % 2:
        bounds = lambda least, most: rng.choice([None, *range(least, most)])
        case["bounds"] = {ns: [1 if ns == "user_id" else bounds(1, 3), bounds(1, 4)] for ns, r in m.RETAIL.namespaces.items() if not r.reference}
        case["max_identifiers"] = rng.choice([3, 5, 8, 200])
        case["consent_default"] = rng.random() < 0.8
        namespaces = {ns: replace(r, limit=case["bounds"][ns][0], max_customers=case["bounds"][ns][1]) if ns in case["bounds"] else r
                      for ns, r in m.RETAIL.namespaces.items()}
        rules = replace(rules, namespaces=namespaces, max_identifiers=case["max_identifiers"], consent_default=case["consent_default"])
    f = case["facts"]
    facts = m.Facts({oracle.pair(i): [tuple(s) for s in spans] for i, spans in f["forgotten"].items()},
                    frozenset(frozenset(map(oracle.pair, p)) for p in f["unlinked"]),
                    {oracle.pair(i): [tuple(c) for c in changes] for i, changes in f["consent"].items()})
    r = m.identity(case["events"], rules, facts)
    by_key = {m.event_key(e, rules): e["id"] for e in case["events"]}
    answer = {"owners": {oracle.text(i): spans for i, spans in sorted(r.owners.items())},
              "attribution": {by_key[k]: c for k, c in sorted(r.attribution.items())},
              "refusals": [[t, [oracle.text(a), oracle.text(b)], why] for t, (a, b), why in r.refusals],
              "hubs": sorted(map(oracle.text, r.hubs))}
    print(json.dumps({"case": case, "answer": answer}, separators=(",", ":"), ensure_ascii=False))
