/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Whether a value is an object with keys, that is neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value that came from JSON is nested deeper than `depthMax` levels. The walk itself is bounded by that. */
export function isDeeperThan(value: unknown, depthMax: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depthMax === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeperThan(item, depthMax - 1)) return true;
    return false;
  }
  if (!isObject(value)) return false;
  // What came from JSON has keys of its own alone; a list of its values would be made for every frame.
  for (const key in value) if (isDeeperThan(value[key], depthMax - 1)) return true;
  return false;
}
