const MEGABYTE = 1_000_000;

/** A minute at full load, measured second by second: is the last part of it as cheap as the first? */
export const minute = {
  rows: [
    {
      id: 'minute',
      scenario: '60 s at full load',
      figure: 'CPU per command, last 10 s',
      unit: 'µs',
      besides: 'first 10 s',
      target: { atMost: 1.1 },
    },
  ],

  /** @param {World} world */
  run: async (world) => {
    const relay = await world.share('relay');
    await relay.warmUp({ count: world.size(40_000, 5_000), inFlight: 32 });
    /** @type {number[][]} */
    const parts = [];
    for (let part = 1; part <= 6; part++) {
      world.say(`part ${part} of 6`);
      const seconds = [];
      for (let second = 1; second <= world.size(10, 5); second++)
        seconds.push((await relay.run({ ms: world.size(1_000, 80), inFlight: 32 })).cpuMicros);
      parts.push(seconds);
    }
    const [first = [], last = []] = [parts[0], parts.at(-1)];
    return { minute: last.map((own, at) => ({ own, beside: first[at] ?? Number.NaN })) };
  },
};

/** A million commands leave nothing behind. */
export const million = {
  rows: [
    {
      id: 'million',
      scenario: '1,000,000 commands beside 100,000 (replay window 1 s)',
      figure: 'growth of RSS',
      unit: 'MB',
      target: { atMost: 20 },
    },
  ],

  /** @param {World} world */
  run: async (world) => {
    const [few, many] = [world.size(100_000, 2_500), world.size(1_000_000, 10_000)];
    const relay = await world.open('relay', { execArgv: ['--expose-gc'] });
    await relay.run({ count: few, inFlight: 32 });
    const before = await relay.rssBytes();
    for (let done = few; done < many; done += few) {
      world.say(`${done.toLocaleString('en')} of ${many.toLocaleString('en')}`);
      await relay.run({ count: few, inFlight: 32 });
    }
    return { million: [{ own: ((await relay.rssBytes()) - before) / MEGABYTE }] };
  },
};

/** @typedef {import('../world/bench-world.mjs').BenchWorld} World */
