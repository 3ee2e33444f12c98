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

const OTHER_COMPONENTS = [
  'trippers/slow-rate.ts',
  'trippers/avg-latency.ts',
  'trippers/failure-streak.ts',
  'trippers/success-streak.ts',
  'trippers/closed.ts',
  'windows/time-window.ts',
  'trackers/error-where.ts',
  'trackers/instance-of.ts',
  'retries/always.ts',
  'retries/backoff.ts',
  'retries/never.ts',
  'retries/retry-if.ts',
  'permits/admit-all.ts',
  'permits/admit-random.ts',
  'recoveries/probes.ts',
  'listeners/log-listener.ts',
  'listeners/pino-format.ts',
  'listeners/winston-format.ts',
  'registry/circuit-breaker-registry.ts',
  'operator/first-value.ts',
];

describe('a bundle', () => {
  it('has everything if everything is imported', async () => {
    const everything = await bundled(
      ...[
        'slowRate',
        'avgLatency',
        'failureStreak',
        'successStreak',
        'closed',
        'timeWindow',
        'errorWhere',
        'instanceOf',
      ],
      ...[
        'always',
        'backoff',
        'never',
        'retryIf',
        'admitAll',
        'admitRandom',
        'probes',
        'logListener',
        'pinoFormat',
        'winstonFormat',
        'CircuitBreakerRegistry',
        'firstValue',
      ],
    );

    expect(everything).toEqual(expect.arrayContaining(OTHER_COMPONENTS));
  });

  it('has of the components only the default ones if only the breaker and the operator are imported', async () => {
    const core = await bundled('CircuitBreaker', 'circuitBreaker');

    expect(core).toEqual(
      expect.arrayContaining([
        'breaker/circuit-breaker.ts',
        'operator/circuit-breaker.ts',
        'windows/count-window.ts',
        'trippers/failure-rate.ts',
        'retries/cooldown.ts',
        'permits/ramp-up.ts',
      ]),
    );
    expect(core.filter((file) => OTHER_COMPONENTS.includes(file))).toEqual([]);
  });

  it.each([
    ['failureStreak', 'trippers/failure-streak.ts'],
    ['instanceOf', 'trackers/instance-of.ts'],
    ['backoff', 'retries/backoff.ts'],
    ['admitRandom', 'permits/admit-random.ts'],
    ['timeWindow', 'windows/time-window.ts'],
    ['probes', 'recoveries/probes.ts'],
    ['logListener', 'listeners/log-listener.ts'],
  ])('has of the components %s alone if that alone is imported', async (name, file) => {
    const files = await bundled(name);

    expect(files).toContain(file);
    expect(files.filter((other) => other !== file && OTHER_COMPONENTS.includes(other))).toEqual([]);
    expect(files.filter((other) => other.startsWith('breaker/') || other.startsWith('operator/'))).toEqual([]);
  });

  it('has one more component if one is imported beside the breaker', async () => {
    const files = await bundled('CircuitBreaker', 'circuitBreaker', 'slowRate');

    expect(files.filter((file) => OTHER_COMPONENTS.includes(file))).toEqual(['trippers/slow-rate.ts']);
  });
});
