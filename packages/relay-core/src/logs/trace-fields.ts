/** The trace that an entry belongs to, as its field; nothing when there is none. */
export function traceFields({ traceId }: { readonly traceId?: string | undefined }): { traceId?: string } {
  return traceId === undefined ? {} : { traceId };
}
