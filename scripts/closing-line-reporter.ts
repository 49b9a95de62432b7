import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Lists skipped tests with their reasons and those that passed only at another try, and ends the output with `N passed, N failed, N skipped`. Stands after the
 * reporter that prints the summary, because reporters are told of the end in their order.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    // A file that does not load, a hook that fails or a rejection that nobody awaited has no test of its own, and is a
    // failure all the same.
    const places = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = places.filter((place) => place.errors().length > 0).length + unhandled.length;

    const skipped = inState('skipped');
    const lines = skipped.map((test) => `skipped: ${test.fullName} (${reasonOf(test)})`);
    const retried = tests.filter((test) => test.diagnostic()?.flaky === true);
    lines.push(...retried.map((test) => `passed only at another try: ${test.fullName}`));
    lines.push(
      `${inState('passed').length} passed, ${inState('failed').length + broken} failed, ${skipped.length} skipped`,
    );
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return result.state === 'skipped' && result.note ? result.note : 'no reason given';
}
