// What `npm run test:matrix` goes through.

export const NODES = ['20', '22', '24'] as const;

/** The oldest that package.json allows, and the latest. */
export const RXJS = ['7.3.0', '7'] as const;

export const TYPESCRIPTS = ['5.4', '5.9', '6', '7'] as const;

/** Runtimes other than Node, of npm. */
export const RUNTIMES = { deno: ['run', '--allow-all'], bun: ['run'] } as const;

/** What shows circuits, in the oldest and the latest versions. */
const SEEING = [
  { prometheus: 'prom-client@14', opentelemetry: '1.4.0', slack: '6' },
  { prometheus: 'prom-client@15', opentelemetry: '1', slack: '8' },
  // The successor of prom-client, in its place.
  { prometheus: '@prometheus-io/client@0.16', opentelemetry: '1', slack: '8' },
].map(({ prometheus, opentelemetry, slack }) => ({
  name: `${prometheus}, opentelemetry ${opentelemetry}, slack ${slack}`,
  packages: [`prom-client@npm:${prometheus}`, `@opentelemetry/api@${opentelemetry}`, `@slack/web-api@${slack}`],
}));

/** A framework in the oldest, some middle and the latest version that package.json allows, and a program that uses it. */
export const FRAMEWORKS = [
  ...[
    ['16', '0.13'],
    ['18', '0.14'],
    ['22', '0.16'],
  ].map(([angular, zone]) => ({
    name: `angular ${angular!}`,
    program: 'angular-run',
    packages: [
      ...['core', 'common', 'compiler', 'platform-browser'].map((part) => `@angular/${part}@${angular!}`),
      `zone.js@${zone!}`,
    ],
    prints: 'HttpErrorResponse, HttpErrorResponse, CallNotPermittedError; 2 requests; stock.example: open',
  })),
  ...['8', '10', '12'].map((nest) => ({
    name: `nestjs ${nest}`,
    program: 'nestjs-run',
    packages: [...['core', 'common', 'platform-express'].map((part) => `@nestjs/${part}@${nest}`), 'reflect-metadata'],
    prints: '503, 503, 503 with Retry-After; 2 calls',
  })),
  ...['8', '10', '12'].map((nest) => ({
    name: `nestjs ${nest}, microservice and gateway`,
    program: 'nestjs-transports-run',
    packages: [
      ...['core', 'common', 'platform-express', 'microservices', 'websockets', 'platform-socket.io'].map(
        (part) => `@nestjs/${part}@${nest}`,
      ),
      'socket.io-client@4',
      'reflect-metadata',
    ],
    prints: 'rpc: 503 14, ws: 503',
  })),
  ...SEEING.map(({ name, packages }) => ({
    name,
    program: 'seeing-run',
    packages,
    prints: 'stock in the metrics: true, in 1 messages',
  })),
] as const;

/** The loader of TypeScript that the command needs on Node 20, to read a configuration. */
export const JITIS = ['2.0.0', '2'] as const;

/** What TypeScript checks, in a project of its own. */
export interface Consumer {
  readonly name: string;
  /** Files of consumer/; one that ends in .cts is a copy of the .ts one. */
  readonly files: readonly string[];
  readonly packages: readonly string[];
  /** The global types that its tsconfig.json names. */
  readonly types: readonly string[];
  /** As in tsconfig.json: how modules are found. */
  readonly resolutions: readonly ('node10' | 'nodenext' | 'bundler')[];
  readonly typescripts: readonly (typeof TYPESCRIPTS)[number][];
  /** Whether errors in the declarations of others are passed over, because they have some. */
  readonly skipLibCheck?: boolean;
}

const MODERN = { resolutions: ['nodenext', 'bundler'], typescripts: TYPESCRIPTS } as const;

/** An entry point for a framework with the oldest and the latest that package.json allows. */
export const CONSUMERS: readonly Consumer[] = [
  {
    name: 'core, http, testing, retry, simulate and fleet, rxjs 7',
    files: ['core', 'http', 'testing', 'retry', 'simulate', 'fleet'].flatMap((name) => [`${name}.ts`, `${name}.cts`]),
    packages: ['rxjs@7'],
    types: [],
    ...MODERN,
  },
  {
    // Whose own types are not found in any other way, and this one ends with TypeScript 6.
    name: 'core, http, testing, retry, simulate and fleet, rxjs 7.3.0',
    files: ['core.ts', 'http.ts', 'testing.ts', 'retry.ts', 'simulate.ts', 'fleet.ts'],
    packages: ['rxjs@7.3.0'],
    types: [],
    resolutions: ['node10'],
    typescripts: ['5.4', '5.9'],
  },
  ...['16', '18', '22'].map((version) => ({
    name: `angular ${version}`,
    files: ['angular.ts'],
    packages: ['rxjs@7', `@angular/core@${version}`, `@angular/common@${version}`],
    types: [],
    ...MODERN,
  })),
  ...['8', '10', '12'].map((version) => ({
    name: `nestjs ${version}`,
    files: ['nestjs.ts'],
    packages: [
      'rxjs@7',
      `@nestjs/common@${version}`,
      `@nestjs/core@${version}`,
      'reflect-metadata@0.1',
      '@types/node@20',
    ],
    // Nest's own declarations speak of Buffer and streams.
    types: ['node'],
    ...MODERN,
  })),
  ...SEEING.map(({ name, packages }) => ({
    name: `${name}, dashboard`,
    files: ['seeing.ts'],
    packages: ['rxjs@7', ...packages, '@types/node@20'],
    types: ['node'],
    ...MODERN,
  })),
];
