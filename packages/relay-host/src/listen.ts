import type { FastifyInstance } from 'fastify';
import { OttoError } from '@telepat/otto-protocol';

/**
 * Opens the port, and tells which one it is.
 *
 * @throws OttoError `start_failed` when the address cannot be had
 */
export async function listen(app: FastifyInstance, wanted: Address): Promise<Address> {
  try {
    await app.listen({ host: wanted.host, port: wanted.port });
  } catch (error) {
    throw listenError(wanted, error);
  }
  const bound = app.server.address();
  // A string is the path of a Unix socket, which we never listen on.
  if (bound === null || typeof bound === 'string') throw new Error('a server that listens has an address');
  return { host: bound.address, port: bound.port };
}

function listenError({ host, port }: Address, error: unknown): OttoError {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = error instanceof Error ? error.message : String(error);
  const message = isTaken
    ? `Port ${port} on ${host} is in use.`
    : `The relay cannot listen on port ${port} of ${host}: ${reason}.`;
  const actionableHint = isTaken
    ? `See what has it with ${whoHas(port)}; or take another one with OTTO_RELAY_PORT or otto start --port (0: a free one).`
    : 'Check OTTO_RELAY_HOST and OTTO_RELAY_PORT.';
  return new OttoError('start_failed', { message, actionableHint }, { cause: error });
}

/** The command of this system that names the program on a port. */
function whoHas(port: number): string {
  return (WHO_HAS[process.platform] ?? ((number) => `lsof -nP -iTCP:${number} -sTCP:LISTEN`))(port);
}

const WHO_HAS: Readonly<Partial<Record<NodeJS.Platform, (port: number) => string>>> = {
  linux: (port) => `ss -ltnp 'sport = :${port}'`,
  win32: (port) => `netstat -ano | findstr :${port}`,
};

interface Address {
  readonly host: string;
  readonly port: number;
}
