/** A stream with the same bytes, that fails with another error than the one it comes from. */
export function withErrorsAs(
  body: ReadableStream<Uint8Array>,
  named: (error: unknown) => Error,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { value, done } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(named(error));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
