// SPDX-License-Identifier: Apache-2.0

/// Draws records at random, good, changed and damaged, and prints each with what the model decodes it to: NDJSON.
/// Arguments: seed, count. `PYTHONPATH` names the folder of the models.
let modelScript = #"""
    import base64, copy, json, random, sys
    import intake, timelines
    from canonical import canonical

    C = intake.CONFIG
    WIDE = C | {"control_files": True, "realms": {"shop": {}, "購入": {}}, "formats": {"s": "segment",
        "n": "native", "c": "cloudevents"}, "topic_realms": {"t": "Shop"},
                "segment": {"time": "corrected"}, "blocked": C["blocked"] + ["TEST@x", "É", "+819012345678"],
                    "blocked_patterns": ["^tmp-", "@bad[.]"], "default_region": "US",
                "references": C["references"] + ["cart_id"], "namespaces": C["namespaces"] |
                    {"crm": {"priority": 8, "limit": 1}, "mobile": {"priority": 2, "kind": "phone"}}}
    CONFIGS = {"default": C, "files": C | {"control_files": True}, "wide": WIDE, "plain": C |
        {"privacy": {"identifiers": "plain"}, "control_files": True}}
    T = 1772325000000
    EXTRA = [
        {"anonymousId": "507f191e", "channel": "browser", "event": "Order Completed", "messageId": "ajs-f8",
            "type": "track", "userId": "AiUG",
         "context": {"ip": "12.212.12.12", "page": {"path": "/checkout", "url": "https://shop.example/checkout",
             "title": "Ab"}, "campaign": {"name": "TPS"}, "traits": {"email": "Sloth@Example.com"},
                     "device": {"type": "Android"}, "os": {"name": "x"}, "externalIds": [{"id": "A1",
                         "type": "app_id", "collection": "users"}, {"id": "x", "type": "braze"}],
                         "externalId": {"type": "line_id", "id": 5}},
         "originalTimestamp": "2023-11-12T23:11:01.135Z", "sentAt": "2023-11-12T23:11:01.243Z",
             "receivedAt": "2023-11-12T23:11:07.743Z", "timestamp": "2023-11-12T23:11:07.635Z",
         "properties": {"order_id": "50314b8e9bcf", "total": 27.50, "revenue": 25.00, "channel": "Web Shop",
             "products": [{"product_id": "507f", "price": 19, "quantity": 1}]}},
        {"type": "alias", "messageId": "m", "previousId": "39239-239239", "userId": "507f191e81",
            "timestamp": T},
        {"type": "group", "messageId": "m", "userId": "u", "groupId": "0e8c78ea", "traits": {"name": "Initech",
            "email": "info@initech.example"}, "context": {"traits": {"email": "p@x"}}, "timestamp": T},
        {"type": "page", "messageId": "m", "anonymousId": "a", "timestamp": T, "name": "Home",
            "category": "Shop", "properties": {"title": "Welcome", "name": "own"}},
        {"type": "screen", "anonymousId": "a", "timestamp": T, "name": "Home",
            "context": {"os": {"name": "iOS"}}},
        {"anonymousId": "4bb69e26", "channel": "mobile", "type": "identify", "messageId": "1578",
            "context": {"traits": {"email": "alex@example.com", "phone": "090-1234-5678", "plan": "gold",
            "name": "Alex"}, "externalId": [{"type": "loyalty_id", "id": "L1"}]},
         "traits": {"name": "Alexandra", "email": "ALEX@example.com", "user_id": "1hKO"},
             "originalTimestamp": "2020-01-09T10:01:53.558Z", "sentAt": "2020-01-09T10:02:03.257Z",
             "userId": "1hKO"},
        {"id": "f", "type": "customer_forgotten", "time": T, "identifiers": {"user_id": "u1", "email": ["A@x",
            "b@x"], "crm": "090-1234-5678"}, "properties": {"spans": {"user_id": {" u1": [[T, T], [None,
            "2026-03-01T00:00:00Z"]]}, "crm": {"090-1234-5678": [["1970-01-01T00:00:00Z", None]]}}}},
        {"id": "f", "type": "identity_unlinked", "time": T, "identifiers": {"user_id": "u1", "email": "A@x"}},
        {"id": "c", "type": "consent_changed", "time": T, "identifiers": {"app_id": "d", "email": ["a@x",
            "b@x"]}, "consent": {"identity": True}, "traits": {"email": "a@x", "plan": None,
            "home": {"city": None}}},
        {"id": "r", "type": "order_refunded", "time": T, "properties": {"order_id": "o2", "replaces": "o1",
            "total": 5.25, "coupon_id": "c", "email": "a@x", "traits": {"plan": "x"}},
            "identifiers": {"email": "A@x"}},
        {"id": "x", "type": "exchange_requested", "time": "2026-03-01t09:30:00.5+09:00",
            "properties": {"order_id": ["o2"], "replacement_order_id": "o3", "return_id": "r"},
            "identifiers": {"phone": "090-1234-5678", "line_id": [1, 2.0]}},
    ]
    BASES = [timelines.NATIVE, timelines.NATIVE, timelines.SCAN, timelines.TRACK, timelines.IDENTIFY,
        timelines.CLOUD, timelines.CONSENT, timelines.FORGET, timelines.STOCK, *EXTRA]
    RAW = ["1e400", "1e-400", "9007199254740993.0", "9007199254740993", "18446744073709551616",
        "18446744073709551615", "-9223372036854775808", "9223372036854775808", "9223372036854775807",
        "1.0000000000000000000000001",
           "7.0", "70e-1", "-0.0", "-0", "1.5e3", "123456789012345678e1", "1e19", "9.223372036854775807e18",
               "1e300", "0.1", "5e-324", "1e21", "1e-7", "123456789.125", "1234567890123456789012", "4.35",
               "19.99", "0.000001",
           '"\\ud83d"', '"\\ude00x"', '"\\ud83d\\ude00"', '"\\ud83d\\u0041"', '"\\u0000"',
               '"\\u001f\\b\\f\\n\\r\\t\\"\\\\\\/"', "tru", "01", "1.", "-", "[1,]", "{}", "[[],{}]",
               '{"b":1,"a":2,"b":3,"a":null}', '{"\\ud83d":1,"\\ud83e":2}',
           '{"é":1,"e\u0301":2,"\U0001f600":3,"\ufb33":4,"\ue000":5,"z":6}', '["a",null,"b"]',
               "[" * 120 + "]" * 120, "[" * 127 + "]" * 127, "[" * 128 + "]" * 128,
               '{"a":' * 126 + "1" + "}" * 126, "1772325000123.0", "1772325000123", "1.7723250001e12"]
    ODD = timelines.ODD + [True, False, 10 ** 20, "x", "2026-01-01T00:00:00Z", [None], [[1]], {"a": {}}, ["a",
        "b"], {"identity": False}, {"identity": 1}, {"user_id": "u1"}, {"email": "A@example.com", "plan": None},
        -0.0, "\x00", "0", [[1, 2, 3]],
           [{"type": "email", "id": {}}], {"type": "crm", "id": "c"}, "tmp-1", "test@X", "a@bad.x",
            "ＡＢ＠Ｘ.ｃｏｍ",
               "\u3000u9\u00a0", "é", "e\u0301", "İ@x", "ΑΣ@x", "a\x85b", "\u2028u", "+1 (415) 555-0123",
               "415-555-0123", "090-1234-5678 ext. 12", "0000000000", "1111111111",
           "Ios", "ANDROID", "mobile", "shop", "Shop", "nowhere", "購入", "1.0", "track", "identify", "group",
               "alias", "page", "screen", "h" * 64, "h" * 65, "é" * 128, "é" * 129, T, T + 600_001, T // 1000,
               253402300799999, 253402300800000,
           {"identifiers": {"user_id": "u1"}}, {"properties": {"order_id": "o9"},
               "identifiers": {"user_id": ["u1", None]}}, [f"a{n}@x" for n in range(20)], [f"a{n}@x"
               for n in range(21)], [f"p{n}" for n in range(101)], "native", "stock_changed",
               "customer_forgotten", "signed_out"]
    WORDS = ["Order", "HTTP", "request", "Éte", "île", "2", "FA", "カート", "追加", "ΟΔΟΣ", "किताब", "ＰａｇｅＶ", "ǅ",
        "ﬁ", "²", "✅", "_", "__", " ", "/", "-", ".", "v2", "İ", "x1Y", "ß", "ÅNG", "e\u0301T", "１２", "٣", "Ⅳ",
        "ª", "\u200d", "\u00ad", "a" * 30]
    CLOCKS = ["2026-03-01{s}09:30:{x}{f}{o}"]
    PRISTINE = copy.deepcopy(timelines.ODD)
    NAMES = sorted({k for b in BASES for k in b} | intake.SEGMENT | intake.NATIVE | set(C["namespaces"]) |
        set(C["references"]) | {"crm", "mobile", "cart_id", "spans", "coupon", "refund", "revenue", "text",
        "traits", "ip", "traceparent", "é", "\U0001f600", "\ufb33"})

    def clock(rng):
        return "".join([rng.choice(["2026", "2024", "1999", "2000", "0000", "0001", "9999"]), "-",
            rng.choice(["02", "03", "12", "13", "00"]), "-", rng.choice(["01", "28", "29", "30", "31", "32"]),
            rng.choice("TTTTt x"), rng.choice(["00", "09", "23", "24"]), ":",
                        rng.choice(["00", "59", "60"]), ":", rng.choice(["00", "59", "60", "61"]),
                            rng.choice(["", "", ".", ".1", ".9999", ".123456789"]), rng.choice(["Z", "z",
                            "+09:00", "-00:00", "-23:59", "+24:00", "+0900", ""])])

    def value(rng):
        k = rng.random()
        if k < 0.25:
            return "@@" + rng.choice(RAW) + "@@"
        if k < 0.35:
            return "".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 5)))
        if k < 0.42:
            return clock(rng)
        return copy.deepcopy(rng.choice(ODD))

    def dump(v, rng, escape):
        if isinstance(v, str) and v.startswith("@@") and v.endswith("@@"):
            return v[2:-2]
        if isinstance(v, dict):
            items = list(v.items())
            if rng.random() < 0.3:
                rng.shuffle(items)
            if items and rng.random() < 0.05:
                items.append((rng.choice(items)[0], value(rng)))
            return "{" + ", ".join(json.dumps(k, ensure_ascii=escape) + ": " + dump(x, rng, escape) for k,
                x in items) + "}"
        if isinstance(v, list):
            return "[" + ",".join(dump(x, rng, escape) for x in v) + "]"
        return json.dumps(v, ensure_ascii=escape)

    def record(rng):
        r = copy.deepcopy(rng.choice(BASES))
        for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
            parent = r
            while (inner := [v for v in parent.values() if isinstance(v, dict) and v]) and rng.random() < 0.6:
                parent = rng.choice(inner)
            name = rng.choice([*parent, rng.choice(NAMES)])
            if rng.random() < 0.2:
                parent.pop(name, None)
            else:
                parent[name] = value(rng)
        headers = None
        if r.get("specversion") == "1.0" and rng.random() < 0.5 or rng.random() < 0.03:
            headers = {f"ce_{k}": r[k] for k in ("specversion", "id", "source", "type", "time", "realm")
                if isinstance(r.get(k), str)} | rng.choice([{}, {"content-type": "application/json"},
                {"ce_traceparent": "x", "other": "y"}, {"ce_data": "1", "ce_specversion": "1.0"}])
            r = r.get("data", r)
        payload = dump(r, rng, rng.random() < 0.5).encode("utf-8", "surrogatepass")
        if rng.random() < 0.05:
            payload = b"\xef\xbb\xbf" + payload
        if rng.random() < 0.1:
            payload = bytearray(payload)
            for _ in range(rng.randrange(1, 4)):
                payload[rng.randrange(len(payload))] = rng.choice([rng.randrange(256), *b'"{}[],:\\ 0u'])
            payload = bytes(payload)
        return payload, headers, rng.choice([None, T, T + 10 ** 10]), rng.choice([None, None, "touchpoints.web",
            "touchpoints.control", "t", "s", "n", "c"]), rng.choice([*CONFIGS])

    def strange(payload):
        # Where Python takes an object for its names, and a name of two letters for two ends of a span.
        pairs = (b'{"type": "crm", "id": "c"}', b'{"id": "c", "type": "crm"}')
        return b'"spans"' in payload and any(pair in payload for pair in pairs)

    def told(event):
        pairs = lambda d: {k: sorted(d[k]) for k in d}
        keep = ("key", "content", "id", "source", "type", "channel", "time", "realm", "consent", "identifiers",
            "references", "logout", "replaces", "ignored", "unknown")
        out = {k: event[k] for k in keep} | {"properties": canonical(event["properties"]),
            "traits": canonical(event["traits"]), "blocked": [list(b) for b in event["blocked"]]}
        if "spans" in event:
            clip = lambda n: max(-2 ** 63, min(2 ** 63 - 1, n))
            out["spans"] = sorted([ns, form, clip(a), clip(b)] for (ns, form), given in event["spans"].items()
                for a, b in given)
        if "change" in event:
            out["change"] = [event["change"], [list(c) for c in event["concerns"]]]
        return out

    def answer(payload, headers, stamp, topic, config):
        try:
            kind, *rest = intake.decode(payload, headers, stamp, CONFIGS[config], topic)
        except UnicodeEncodeError:
            return None
        return {"kind": kind,
            "reason": rest[0]} if kind == "deadletter" else {"kind": kind} | ({"event": told(rest[0])} if rest
            else {})

    def main(seed, count, real):
        rng = random.Random(seed)
        n = 0
        while n < count:
            if rng.random() < real:
                timelines.ODD[:] = copy.deepcopy(PRISTINE)  # what it draws from is changed by what it draws
                try:
                    many = timelines.records(rng)["records"]
                except ValueError:
                    continue
                cases = [(base64.b64decode(m["payload"]), m["headers"], rng.choice([None, 1_775_000_000_000]),
                    m["topic"], rng.choice([*CONFIGS])) for m in many]
            else:
                cases = [record(rng)]
            for case in cases:
                expected = answer(*case)
                if expected is None or n >= count or strange(case[0]):
                    continue
                n += 1
                payload, headers, stamp, topic, config = case
                print(json.dumps({"payload": base64.b64encode(payload).decode(), "headers": headers or {},
                    "timestamp": stamp, "topic": topic, "config": config, "expected": expected}))

    main(int(sys.argv[1]), int(sys.argv[2]), 0.3)
    """#
