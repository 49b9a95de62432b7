import { defineConfig } from 'vitest/config';
import projects from './vitest.workspace.ts';

export default defineConfig({
  test: {
    projects,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    passWithNoTests: true,
    // A file waits about as long as it works: for a browser, a process, a disk.
    maxWorkers: 2,
    // Real browsers and processes are slow by nature; only what is slower is worth a line.
    slowTestThreshold: 15_000,
  },
});
