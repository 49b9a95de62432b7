/** A document without a window: nothing loads there, and no script runs. */
export function inertDocument(): Document {
  return new DOMParser().parseFromString('<!doctype html>', 'text/html');
}
