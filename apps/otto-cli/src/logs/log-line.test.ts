import type { LogEntry } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { Ink } from '../ink.js';
import { logLine } from './log-line.js';
import { shortId } from './short-id.js';

const ENTRY: LogEntry = {
  id: '01',
  timestamp: '2026-01-31T12:00:00.123Z',
  level: 'error',
  source: 'node',
  type: 'error',
  requestId: 'req_0123456789abcdef',
  nodeId: 'node_0123456789abcdef',
  clientId: 'clt_0123456789abcdef',
  action: 'primitive.dom.click',
  status: 'element_not_found',
  durationMs: 12.4,
  data: { tabSessionId: 'tab_0123456789abcdef', dataBytes: 17 },
};

const plain = new Ink({ enabled: false });

describe('a log entry as a line', () => {
  it('says when, how bad, who, what and how it ended, with short ids', () => {
    expect(logLine(ENTRY, { ink: plain, fullIds: false })).toBe(
      '2026-01-31T12:00:00.123Z  error node       error                 ' +
        'primitive.dom.click element_not_found, after 12 ms, dataBytes 17  ' +
        'node node_012345…  tab tab_012345…  client clt_012345…  request req_012345…',
    );
  });

  it('has whole ids when they are asked for', () => {
    expect(logLine(ENTRY, { ink: plain, fullIds: true })).toContain('request req_0123456789abcdef');
  });

  it.each([
    ['error', '\u001b[31m'],
    ['warn', '\u001b[33m'],
    ['debug', '\u001b[2mdebug'],
  ] as const)('shows the level %s by a colour', (level, code) => {
    expect(logLine({ ...ENTRY, level }, { ink: new Ink({ enabled: true }), fullIds: false })).toContain(code);
  });

  it('stays one line without escapes, whatever a node wrote', () => {
    const hostile = {
      ...ENTRY,
      type: 'a\u001b[2Jb',
      status: 'x\ny\u009b31m',
      data: { note: 'one\r\n\ttwo\u2028three' },
    };
    const line = logLine(hostile, { ink: plain, fullIds: false });
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028]/);
    expect(line).toContain('note one two three');
  });
});

describe('a short id', () => {
  it.each([
    ['clt_8c1f09ab33d2e471', 'clt_8c1f09…'],
    ['tab_1', 'tab_1'],
    ['clt_12345678', 'clt_12345678'],
    ['5f3b2c1d-0000-4000-8000-000000000000', '5f3b2c…'],
    ['my_own_node_name', 'my_own_node_name'],
    ['', ''],
  ])('of %j is %j', (id, short) => {
    expect(shortId(id)).toBe(short);
  });
});
