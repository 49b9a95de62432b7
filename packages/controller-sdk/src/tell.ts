/**
 * Calls a listener of the user's. What it throws becomes an unhandled rejection, as loud as any bug of the program that
 * it belongs to, and keeps nobody else from being told.
 */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    void Promise.reject(error);
  }
}
