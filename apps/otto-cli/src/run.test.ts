import { OttoError, RemoteError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FakeIo } from '../test/fake-io.js';
import { declareCommand } from './declare-command.js';
import { Interruption, whenAborted } from './interruption.js';
import { flag, port } from './option-values.js';
import { run } from './run.js';

describe('run', () => {
  it('gives a command its checked values and ends with 0', async () => {
    const io = new FakeIo();

    const exitCode = await run(io, ['greet', 'Ada', '--port', '80'], COMMANDS);

    expect(exitCode).toBe(0);
    expect(io.stdout.text).toBe('hello Ada at 80, loud: false\n');
  });

  it('prints one line of JSON and nothing else with --json', async () => {
    const io = new FakeIo();

    await run(io, ['greet', 'Ada', '--loud', '--json'], COMMANDS);

    expect(io.stdout.text).toBe('{"name":"Ada","loud":true}\n');
  });

  it('tells a failure on stderr, with what happened and what to do next', async () => {
    const io = new FakeIo();

    const exitCode = await run(io, ['fail', 'node_offline'], COMMANDS);

    expect(exitCode).toBe(1);
    expect(io.stdout.text).toBe('');
    expect(io.stderr.text).toBe(
      'error node_offline: The node is not connected.\n  next: Start it (otto node start) and try again.\n',
    );
  });

  it('prints a failure as JSON on stdout, as the other side said it', async () => {
    const io = new FakeIo();

    const exitCode = await run(io, ['fail', 'remote', '--json'], COMMANDS);

    expect(exitCode).toBe(1);
    expect(JSON.parse(io.stdout.text)).toEqual({
      error: {
        code: 'site_grumpy',
        category: 'execution',
        message: 'Not today.',
        retryable: true,
        effect: 'unknown',
        requestId: 'req_1',
        hint: 'Ask again.',
      },
    });
  });

  it('shows a bug with its stack, as an internal error', async () => {
    const io = new FakeIo();

    expect(await run(io, ['fail', 'bug'], COMMANDS)).toBe(1);
    expect(io.stderr.text).toMatch(/internal_error[^]*TypeError: oops\n\s+at /);
  });

  it.each([
    ['an unknown command, with a suggestion', ['grete'], "Unknown command 'grete' (Did you mean greet?)"],
    [
      'an unknown option, with a suggestion',
      ['greet', 'Ada', '--lout'],
      "Unknown option '--lout' (Did you mean --loud?)",
    ],
    ['a missing argument', ['greet'], "Missing required argument 'name'."],
    ['an argument too many', ['greet', 'Ada', 'Bob'], 'Too many arguments'],
    ['a value out of range', ['greet', 'Ada', '--port', '99999'], '--port: must be a whole number of 0 to 65535'],
    ['an unknown word in a group', ['client', 'logni'], "Unknown command 'logni' (Did you mean login?)"],
    ['a group without a command of it', ['client'], 'No command was given.'],
    ['what the command itself finds wrong', ['fail', 'usage'], 'Give one or the other.'],
  ])('refuses %s with 2', async (_, words, message) => {
    const io = new FakeIo();

    const exitCode = await run(io, [...words, '--json'], COMMANDS);

    expect(exitCode).toBe(2);
    expect(JSON.parse(io.stdout.text)).toMatchObject({
      error: {
        code: 'invalid_usage',
        message: expect.stringContaining(message),
        hint: `See otto ${words[0] === 'grete' ? '' : `${words[0]} `}--help.`,
      },
    });
  });

  it('keeps a hint that a command has for its own usage', async () => {
    const io = new FakeIo();

    expect(await run(io, ['fail', 'usage with a hint'], COMMANDS)).toBe(2);
    expect(io.stderr.text).toContain('next: Give both.');
  });

  it('takes otto help for --help', async () => {
    const [all, one, none] = [new FakeIo(), new FakeIo(), new FakeIo()];

    expect(await run(all, ['help'], COMMANDS)).toBe(0);
    expect(await run(one, ['help', 'greet'], COMMANDS)).toBe(0);
    expect(await run(none, ['help', 'grete'], COMMANDS)).toBe(2);

    expect(all.stdout.text).toMatch(/^Usage: otto \[/);
    expect(one.stdout.text).toContain('$ otto greet Ada');
    expect(none.stderr.text).toContain('Did you mean greet?');
  });

  it('has room for its help on a terminal of 80 columns, and on a narrow one', async () => {
    for (const columns of [80, 60]) {
      const io = new FakeIo();
      io.stdout.columns = columns;

      await run(io, ['--help']);

      expect(io.stdout.text.split('\n').filter((line) => line.length > columns)).toEqual([]);
      expect(io.stdout.text.replace(/\s+/g, ' ')).toContain(
        'Words: register, login, status, list, forget, remove, scopes.',
      );
    }
  });

  it('shows help with examples, for everything and for one command', async () => {
    const all = new FakeIo();
    const one = new FakeIo();

    expect(await run(all, ['--help'], COMMANDS)).toBe(0);
    expect(await run(one, ['greet', '--help'], COMMANDS)).toBe(0);

    expect(all.stdout.text).toContain('Says hello.');
    expect(one.stdout.text).toContain('$ otto greet Ada');
    expect(one.stdout.text).toContain('--json');
  });

  it('answers no words at all, and a group alone, with help and 2', async () => {
    for (const words of [[], ['client']]) {
      const io = new FakeIo();

      expect(await run(io, words, COMMANDS)).toBe(2);
      expect(io.stdout.text).toBe('');
      expect(io.stderr.text).toMatch(/^Usage: otto[^]*login/);
    }
  });

  it.each([
    [['--version', '--json'], 0, { version: expect.stringMatching(/^\d+\.\d+\.\d+/) }],
    [['--json', '-V'], 0, { version: expect.any(String) }],
    [['--help', '--json'], 0, { help: expect.stringContaining('Says hello.') }],
    [['--json', 'greet', 'Ada'], 0, { name: 'Ada' }],
    [['--json'], 2, { error: { code: 'invalid_usage', hint: expect.stringContaining('otto --help') } }],
    [['client', '--json'], 2, { error: { code: 'invalid_usage' } }],
  ])('answers %j with one line of JSON and %i', async (words, code, document) => {
    const io = new FakeIo();

    expect(await run(io, words, COMMANDS)).toBe(code);

    expect(io.stdout.text).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(io.stdout.text)).toMatchObject(document);
    expect(io.stderr.text).toBe('');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves a command at %s and ends with %d', async (signal, code) => {
    const io = new FakeIo();

    const running = run(io, ['hang'], COMMANDS);
    io.abort(new Interruption(signal));

    expect(await running).toBe(code);
    expect(io.stdout.text).toBe('');
  });

  it('waits for a command that has something to end', async () => {
    const io = new FakeIo();

    const running = run(io, ['serve'], COMMANDS);
    io.abort(new Interruption('SIGINT'));

    expect(await running).toBe(0);
    expect(io.stdout.text).toBe('ended\n');
  });

  it('leaves a command that does not end in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const io = new FakeIo();

    const running = run(io, ['stall'], COMMANDS);
    io.abort(new Interruption('SIGINT'));
    await vi.advanceTimersByTimeAsync(30_000);

    expect(await running).toBe(130);
  });

  it('ends with 1 when something failed where nobody could catch it', async () => {
    const io = new FakeIo();

    const running = run(io, ['serve'], COMMANDS);
    io.abort(new OttoError('internal_error'));

    expect(await running).toBe(1);
    expect(io.stdout.text).toBe('ended\n');
    expect(io.stderr.text).toContain('internal_error');
  });

  it('takes terminal escapes out of an answer on a terminal, and leaves a pipe its bytes', async () => {
    const tty = new FakeIo({ isTty: true });
    const pipe = new FakeIo();

    await run(tty, ['greet', '\u001b[31mAda'], COMMANDS);
    await run(pipe, ['greet', '\u001b[31mAda'], COMMANDS);

    expect(tty.stdout.text).toBe('hello Ada at -, loud: false\n');
    expect(pipe.stdout.text).toBe('hello \u001b[31mAda at -, loud: false\n');
  });

  it('colours a failure on a terminal, unless NO_COLOR is set', async () => {
    const coloured = new FakeIo({ isTty: true });
    const plain = new FakeIo({ isTty: true, env: { NO_COLOR: '1' } });

    await run(coloured, ['fail', 'node_offline'], COMMANDS);
    await run(plain, ['fail', 'node_offline'], COMMANDS);

    expect(coloured.stderr.text).toContain('\u001b[31merror');
    expect(plain.stderr.text).not.toContain('\u001b');
  });
});

const greet = declareCommand({
  words: 'greet',
  summary: 'Says hello.',
  examples: ['otto greet Ada'],
  arguments: { name: { summary: 'whom', required: true, value: z.string() } },
  options: {
    loud: { flags: '--loud', summary: 'shout', value: flag },
    port: { flags: '--port <port>', summary: 'where', value: port.optional() },
  },
  run: ({ context, args, options }) => {
    const text = `hello ${args.name} at ${options.port ?? '-'}, loud: ${options.loud}`;
    context.output.answer({ name: args.name, loud: options.loud }, text);
    return Promise.resolve();
  },
});

const fail = declareCommand({
  words: 'fail',
  summary: 'Fails.',
  examples: [],
  arguments: { how: { summary: 'how', required: true, value: z.string() } },
  run: ({ args }) => {
    if (args.how === 'bug') throw new TypeError('oops');
    if (args.how === 'usage') throw new OttoError('invalid_usage', { message: 'Give one or the other.' });
    if (args.how === 'usage with a hint') throw new OttoError('invalid_usage', { actionableHint: 'Give both.' });
    if (args.how === 'node_offline') throw new OttoError('node_offline');
    const said = { code: 'site_grumpy', category: 'execution', message: 'Not today.', retryable: true };
    throw new RemoteError({ ...said, effect: 'unknown', actionableHint: 'Ask again.' }, 'req_1');
  },
});

const hang = declareCommand({
  words: 'hang',
  summary: 'Never ends.',
  examples: [],
  run: () => new Promise(() => undefined),
});

const serve = declareCommand({
  words: 'serve',
  summary: 'Ends itself.',
  examples: [],
  endsItself: true,
  run: async ({ context }) => {
    await whenAborted(context.io.signal);
    context.output.answer({}, 'ended');
  },
});

const stall = declareCommand({
  words: 'stall',
  summary: 'Should end itself.',
  examples: [],
  endsItself: true,
  run: () => new Promise(() => undefined),
});

const login = declareCommand({
  words: 'client login',
  summary: 'Logs in.',
  examples: [],
  run: () => Promise.resolve(),
});

const COMMANDS = [greet, fail, hang, serve, stall, login];
