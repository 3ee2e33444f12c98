/** Runs a test in the zone that fakeAsync needs; the Angular CLI, and zone.js with global test functions, do so by themselves. */
export function inProxyZone(test: () => void): () => void {
  const zone = Zone as unknown as { current: Zone; ProxyZoneSpec: new () => ZoneSpec };
  return () => zone.current.fork(new zone.ProxyZoneSpec()).run(test);
}
