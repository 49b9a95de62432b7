import { OttoError } from '@telepat/otto-protocol';

/** `navigation_failed` with Chromium's reason in the sentence, and in plain words where it is a frequent one. */
export function loadFailure(errorText: string, { isDownload }: { isDownload: boolean }): OttoError {
  const reason = /^net::(ERR_[A-Z0-9_]+)/.exec(errorText)?.[1] ?? errorText.slice(0, 100);
  const words = isDownload
    ? 'the address is a download: open a tab at it, and fetch the file with primitive.page.download'
    : wordsOf(reason);
  return new OttoError('navigation_failed', {
    message: `The page could not be loaded: ${words === undefined ? '' : `${words} `}(${reason}).`.replace(': (', ' ('),
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ERR_ABORTED: 'the server sent no page, or another navigation came first',
  ERR_ADDRESS_UNREACHABLE: 'the host cannot be reached from here',
  ERR_CONNECTION_CLOSED: 'the server closed the connection',
  ERR_CONNECTION_REFUSED: 'nothing answers at this host and port',
  ERR_CONNECTION_RESET: 'the connection was reset',
  ERR_CONNECTION_TIMED_OUT: 'the host did not answer in time',
  ERR_EMPTY_RESPONSE: 'the server sent nothing',
  ERR_INTERNET_DISCONNECTED: 'the node has no network',
  ERR_INVALID_RESPONSE: 'the server sent something that is no HTTP',
  ERR_INVALID_URL: 'the address is not well-formed',
  ERR_NAME_NOT_RESOLVED: 'no host has this name',
  ERR_SSL_PROTOCOL_ERROR: 'the server does not speak HTTPS here',
  ERR_TOO_MANY_REDIRECTS: 'the server redirects in a circle',
  ERR_UNSAFE_PORT: 'the browser does not open this port',
};

function wordsOf(reason: string): string | undefined {
  if (reason.startsWith('ERR_CERT_')) return 'the certificate of the server is not valid';
  return REASONS[reason];
}
