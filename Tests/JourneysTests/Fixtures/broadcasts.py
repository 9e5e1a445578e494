# SPDX-License-Identifier: Apache-2.0
"""Cases about stock and the neighbourhood of locations, with the executable specification's answers, one a line.

    broadcasts.py MODEL_FOLDER SEED COUNT
"""
import json
import random
import sys

sys.path.insert(0, sys.argv[1])
import journeys
import timelines

PLACES = ["ginza", "shibuya", "harajuku", "ueno", "osaka", None]
WANTS = ["product_added", "product_added", "product_added_to_wishlist", "product_removed", "item_reserved", "order_completed"]


def case(rng):
    made = timelines.case(rng)
    made["events"], made["text_moods"] = made["events"][:8], {}
    start = min(e["time"] for e in made["events"])
    end = max(e["time"] for e in made["events"])
    keys = iter(f"{rng.getrandbits(128):032x}" for _ in range(100))

    def event(kind, **properties):
        time = rng.randrange(start, end + 1, 1000)
        properties = {k: v for k, v in properties.items() if v is not None}
        return {"key": next(keys), "id": f"{kind}{time}", "type": kind, "channel": "web", "time": time, "identifiers": {}, "properties": properties}

    for _ in range(rng.randrange(1, 9)):
        made["events"].append(event(rng.choice(WANTS), product_id=rng.choice(["p1", "p2"]), location=rng.choice(PLACES)))
    made["broadcasts"] = [event("stock_changed", product_id=rng.choice(["p1", "p2"]), location=rng.choice(PLACES), quantity=rng.choice([0, 0, -1, 3, "5", None])) for _ in range(16)]
    names = PLACES[:-1]
    made["neighbours"] = {a: rng.sample([b for b in names if b != a], rng.randrange(0, 3)) for a in rng.sample(names, 3)}
    return made


for n in range(int(sys.argv[3])):
    asked = case(random.Random(int(sys.argv[2]) * 1_000_003 + n))
    journeys.NEIGHBOURS = asked["neighbours"]
    answer = journeys.fold(asked["events"], asked["until"], asked["broadcasts"])
    print(json.dumps({"case": asked, "answer": answer}, ensure_ascii=False))
