/** Headers by name, with what proves an identity taken out: the names stay, so that it can be seen that they were there. */
export function redactedHeaders(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET.has(name.toLowerCase()) ? '[redacted]' : value]),
  );
}

const SECRET: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'cookie2',
  'proxy-authorization',
  'set-cookie',
  'set-cookie2',
]);

type Headers = Readonly<Record<string, string>>;
