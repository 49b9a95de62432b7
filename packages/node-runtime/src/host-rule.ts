import { OttoError } from '@telepat/otto-protocol';

/**
 * Whether an address is at a host or at a subdomain of it. Names are compared as browsers do: `Bücher.example` is
 * `xn--bcher-kva.example`. A port counts only where the rule names one.
 *
 * @throws OttoError `invalid_action_input`, naming the field, when the text is no host.
 */
export function requireHostRule(text: string, field: string): (url: string) => boolean {
  const host = HOST.test(text) && URL.canParse(`http://${text}`) ? hostOf(new URL(`http://${text}`)) : '';
  if (host === '') {
    const message = `${field}: "${text}" is no host; give one such as example.com or example.com:8080.`;
    throw new OttoError('invalid_action_input', { message, effect: 'none' });
  }
  // The parser drops a port that is the usual one; that it was named counts all the same.
  const port = PORT.exec(text)?.[1];
  return (address) => {
    if (!URL.canParse(address)) return false;
    const url = new URL(address);
    const found = hostOf(url);
    if (found !== host && !found.endsWith(`.${host}`)) return false;
    return port === undefined || Number(portOf(url)) === Number(port);
  };
}

/** A host alone: nothing of what stands before or behind it in an address. */
const HOST = /^[^\s/\\@?#]+$/;
const PORT = /:(\d+)$/;

const USUAL_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' };

/** A name may end in the dot of the root without being another. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.$/, '');
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (USUAL_PORTS[protocol] ?? '') : port;
}
