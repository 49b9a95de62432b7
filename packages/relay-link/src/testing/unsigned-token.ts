import { encodeUtf8 } from '@telepat/otto-relay-core/testing';

/** A JSON Web Token with these claims, as a relay issues it but for the signature: clients do not look at that. */
export function unsignedToken(claims: object): string {
  return [{ alg: 'HS256' }, claims, 'signature'].map((part) => base64UrlOf(JSON.stringify(part))).join('.');
}

function base64UrlOf(text: string): string {
  const bytes = encodeUtf8(text);
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.subarray(at, at + 3);
    const group = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    const length = third !== undefined ? 4 : second !== undefined ? 3 : 2;
    for (let digit = 0; digit < length; digit += 1) encoded += ALPHABET[(group >> (18 - 6 * digit)) & 63];
  }
  return encoded;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
