"""What lies on a phone, looked at and meddled with from inside of its page."""

from __future__ import annotations

from playwright.sync_api import Page

READ_STORE = """
const told = (asked) => new Promise((done) => (asked.onsuccess = () => done(asked.result)));
const open = (name) => told(indexedDB.open(name));
const all = (store) => told(store.getAll());
const keys = (store) => told(store.getAllKeys());
"""
KEPT = f"""async () => {{ {READ_STORE}
  const database = await open("forum-checkin");
  const kept = {{ facts: {{}}, scans: [] }};
  if (database.objectStoreNames.contains("facts")) {{
    const names = await keys(database.transaction("facts").objectStore("facts"));
    const values = await all(database.transaction("facts").objectStore("facts"));
    names.forEach((name, place) => (kept.facts[name] = values[place]));
    kept.scans = await all(database.transaction("scans").objectStore("scans"));
  }}
  database.close();
  return kept;
}}"""
SPOIL_THE_SECOND = f"""async () => {{ {READ_STORE}
  const database = await open("forum-checkin");
  const change = database.transaction("scans", "readwrite");
  const kept = (await all(change.objectStore("scans"))).find((each) => each.scan.seq === 2);
  change.objectStore("scans").put({{ ...kept, scan: {{ ...kept.scan, scanned_at: "yesterday" }} }});
  await new Promise((done) => (change.oncomplete = done));
  database.close();
}}"""
EVERYTHING_KEPT = f"""async () => {{ {READ_STORE}
  const said = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const {{ name }} of await indexedDB.databases()) {{
    const database = await open(name);
    for (const name of database.objectStoreNames) {{
      const everything = await all(database.transaction(name).objectStore(name));
      said.push(JSON.stringify(everything));
    }}
  }}
  for (const name of await caches.keys()) {{
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {{
      said.push(request.url);
      const answer = await cache.match(request, {{ ignoreVary: true }});
      if (!/font|wasm/.test(answer.headers.get("content-type"))) said.push(await answer.text());
    }}
  }}
  return said.join("\\n");
}}"""


def kept_by(page: Page) -> dict:
    return page.evaluate(KEPT)
