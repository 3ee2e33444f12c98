import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The files of lib/ of which code is left when only these names are imported and the bundler drops what is unused. */
async function bundled(...names: readonly string[]): Promise<readonly string[]> {
  const list = names.join(', ');
  const { metafile } = await build({
    stdin: { contents: `import { ${list} } from './lib/index.ts'; console.log(${list});`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    external: ['rxjs'],
    format: 'esm',
    metafile: true,
    target: 'es2022',
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output!.inputs)
    .filter(([path, { bytesInOutput }]) => path.startsWith('lib/') && bytesInOutput > 0)
    .map(([path]) => path.slice('lib/'.length));
}

/** The names that no default needs, each with its file. */
const OTHERS = {
  slowRate: 'components/trippers/slow-rate.ts',
  avgLatency: 'components/trippers/avg-latency.ts',
  failureCount: 'components/trippers/failure-count.ts',
  successStreak: 'components/trippers/success-streak.ts',
  closed: 'components/trippers/closed.ts',
  halfOpened: 'components/trippers/half-opened.ts',
  countWindow: 'components/windows/count-window.ts',
  errorWhere: 'components/trackers/error-where.ts',
  instanceOf: 'components/trackers/instance-of.ts',
  always: 'components/retries/always.ts',
  cooldown: 'components/retries/cooldown.ts',
  never: 'components/retries/never.ts',
  retryIf: 'components/retries/retry-if.ts',
  admitRandom: 'components/permits/admit-random.ts',
  rampUp: 'components/permits/ramp-up.ts',
  byTripper: 'components/recoveries/by-tripper.ts',
  logListener: 'components/listeners/log-listener.ts',
  pinoFormat: 'components/listeners/pino-format.ts',
  winstonFormat: 'components/listeners/winston-format.ts',
  CircuitBreakerRegistry: 'registry/circuit-breaker-registry.ts',
  firstValue: 'operator/first-value.ts',
  guarded: 'operator/guarded.ts',
  restore: 'breaker/restore.ts',
  snapshotOf: 'breaker/snapshot-of.ts',
};

const OTHER_FILES: readonly string[] = Object.values(OTHERS);

describe('a bundle', () => {
  it('has everything if everything is imported', async () => {
    const everything = await bundled(...Object.keys(OTHERS));

    expect(everything).toEqual(expect.arrayContaining([...OTHER_FILES]));
  });

  it('has of the components only the default ones if only the breaker and the operator are imported', async () => {
    const core = await bundled('CircuitBreaker', 'circuitBreaker');

    expect(core).toEqual(
      expect.arrayContaining([
        'breaker/circuit-breaker.ts',
        'operator/circuit-breaker.ts',
        'components/windows/time-window.ts',
        'components/trackers/any-error.ts',
        'components/trippers/failure-rate.ts',
        'components/trippers/failure-streak.ts',
        'components/trippers/min-requests.ts',
        'components/retries/backoff.ts',
        'components/permits/admit-all.ts',
        'components/recoveries/probes.ts',
      ]),
    );
    expect(core.filter((file) => OTHER_FILES.includes(file))).toEqual([]);
  });

  it.each([
    ['failureStreak', 'components/trippers/failure-streak.ts'],
    ['instanceOf', 'components/trackers/instance-of.ts'],
    ['backoff', 'components/retries/backoff.ts'],
    ['admitRandom', 'components/permits/admit-random.ts'],
    ['timeWindow', 'components/windows/time-window.ts'],
    ['probes', 'components/recoveries/probes.ts'],
    ['logListener', 'components/listeners/log-listener.ts'],
  ])('has of the components %s alone if that alone is imported', async (name, file) => {
    const files = await bundled(name);

    expect(files).toContain(file);
    expect(files.filter((other) => other !== file && OTHER_FILES.includes(other))).toEqual([]);
    expect(files.filter((other) => other.startsWith('breaker/') || other.startsWith('operator/'))).toEqual([]);
  });

  it.each(Object.entries(OTHERS).filter(([name]) => name !== 'CircuitBreakerRegistry'))(
    'has one more file if %s is imported beside the breaker',
    async (name, file) => {
      const files = await bundled('CircuitBreaker', 'circuitBreaker', name);

      expect(files.filter((other) => OTHER_FILES.includes(other))).toEqual([file]);
    },
  );
});
