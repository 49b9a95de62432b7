import { expect, it } from 'vitest';
import { redactedHeaders } from './redacted-headers.js';

it('headers that prove an identity keep their names and lose their values, however they are written', () => {
  const headers = {
    Authorization: 'Bearer a',
    'proxy-AUTHORIZATION': 'Basic b',
    cookie: 'c=1',
    'Set-Cookie': 'd=2\ne=3',
    'Content-Type': 'text/html',
    'x-cookie-policy': 'strict',
  };

  expect(redactedHeaders(headers)).toEqual({
    Authorization: '[redacted]',
    'proxy-AUTHORIZATION': '[redacted]',
    cookie: '[redacted]',
    'Set-Cookie': '[redacted]',
    'Content-Type': 'text/html',
    'x-cookie-policy': 'strict',
  });
});

it('a header with the name of a member of every object is a header like others', () => {
  const headers: Record<string, string> = JSON.parse('{"__proto__": "a", "constructor": "b"}');

  expect(JSON.stringify(redactedHeaders(headers))).toBe('{"__proto__":"a","constructor":"b"}');
});
