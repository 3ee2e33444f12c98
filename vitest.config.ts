import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const lib = fileURLToPath(new URL('lib', import.meta.url));

/** What all projects share: the names by which users import the package lead to its sources. */
const shared = {
  resolve: {
    alias: [
      { find: /^rxjs-fluxgate$/, replacement: `${lib}/index.ts` },
      { find: /^rxjs-fluxgate\/(registry|simulate|fleet)$/, replacement: `${lib}/$1/index.ts` },
      { find: /^rxjs-fluxgate\/(\w+)$/, replacement: `${lib}/integrations/$1/index.ts` },
    ],
  },
  // As in tsconfig.json, which does not know the examples of the documentation.
  oxc: { decorator: { legacy: true } },
} satisfies TestProjectInlineConfiguration;

const specs = ['spec/**/*.spec.ts', 'examples/**/*.spec.ts'];

/** Those that start processes, compile, load a framework (zone.js patches every global), or run thousands of random traces. */
const slowSpecs = [
  'spec/{process,docs,package,cli,model}/**/*.spec.ts',
  'spec/fleet/{traces/**/*,outage}.spec.ts',
  'spec/faults/{scale,re-entrance}.spec.ts',
  'spec/integrations/{angular,nestjs,dashboard}/**/*.spec.ts',
  'spec/integrations/kept-errors.spec.ts',
  'spec/simulate/memory.spec.ts',
  'examples/marble-test/fake-async.spec.ts',
];

/** `npm test`. The specs of types (`*.spec-d.ts`) are checked by `npm run typecheck`. */
const unit: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    name: 'unit',
    include: specs,
    exclude: slowSpecs,
    restoreMocks: true,
    testTimeout: 30_000,
    // To load RxJS and the library once a worker and not once a file halves the time; no spec leaves anything behind.
    isolate: false,
  },
};

/** `npm run test:slow`. */
const slow: TestProjectInlineConfiguration = {
  ...shared,
  test: { name: 'slow', include: slowSpecs, restoreMocks: true, testTimeout: 120_000, hookTimeout: 60_000 },
};

/** The built package in a real browser: `npm run test:browser`. */
const browser: TestProjectInlineConfiguration = {
  test: {
    maxWorkers: 2,
    name: 'browser',
    include: ['spec/browser/*.browser.ts'],
    // One browser at a time, so that only its own test slows it down.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

/** Needs Prometheus on the machine, see .ci/install-prometheus: `npm run test:prometheus`. */
const prometheus: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    maxWorkers: 2,
    name: 'prometheus',
    include: ['spec/integrations/prometheus/*.system.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

/** What was published about circuit breakers must come out of the simulator: `npm run test:published`. */
const published: TestProjectInlineConfiguration = {
  ...shared,
  test: { name: 'published', include: ['spec/simulate/published/*.published.ts'], testTimeout: 120_000 },
};

/** Needs redis-server on the machine, see .ci/install-redis: `npm run test:redis`. */
const redis: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    maxWorkers: 2,
    name: 'redis',
    include: ['spec/integrations/redis/*.system.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

/** Needs nats-server on the machine, see .ci/install-nats: `npm run test:nats`. */
const nats: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    maxWorkers: 2,
    name: 'nats',
    include: ['spec/integrations/nats/*.system.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

/** `npm run test:mutation`: the quick specs of the core, which is what it mutates. */
const mutation: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    maxWorkers: 2,
    name: 'mutation',
    include: [
      'spec/{rules,breaker,operator,components,events,errors,util}/**/*.spec.ts',
      'spec/registry/{breaker-group,circuit-breaker-registry}.spec.ts',
      'spec/fleet/join-fleet.spec.ts',
    ],
    // It loads the library again in a test, so that what runs once at loading seems to be tested by it alone.
    exclude: ['spec/operator/second-copy.spec.ts'],
    restoreMocks: true,
    // Without isolation Stryker does not know which test runs a mutant, and takes killed ones for survivors.
    isolate: true,
    // Instrumented code is slow.
    testTimeout: 60_000,
  },
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: process.env['STRYKER_MUTATOR_WORKER']
      ? [mutation]
      : [unit, slow, browser, prometheus, redis, nats, published],
  },
});
