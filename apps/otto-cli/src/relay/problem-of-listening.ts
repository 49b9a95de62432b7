import { once } from 'node:events';
import { createServer } from 'node:net';

/** Listens for a moment; undefined when that works. */
export async function problemOfListening(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error && error.code === 'EADDRINUSE' ? 'another program has it' : error.message;
  } finally {
    server.close();
  }
}
