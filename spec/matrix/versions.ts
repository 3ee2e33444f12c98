// What `npm run test:matrix` goes through.

export const NODES = ['20', '22', '24'] as const;

/** The oldest that package.json allows, and the latest. */
export const RXJS = ['7.3.0', '7'] as const;

export const TYPESCRIPTS = ['5.4', '5.9', '6', '7'] as const;

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
}

const MODERN = { resolutions: ['nodenext', 'bundler'], typescripts: TYPESCRIPTS } as const;

/** An entry point for a framework with the oldest and the latest that package.json allows. */
export const CONSUMERS: readonly Consumer[] = [
  {
    name: 'core and http, rxjs 7',
    files: ['core.ts', 'core.cts', 'http.ts', 'http.cts'],
    packages: ['rxjs@7'],
    types: [],
    ...MODERN,
  },
  {
    // Whose own types are not found in any other way, and this one ends with TypeScript 6.
    name: 'core and http, rxjs 7.3.0',
    files: ['core.ts', 'http.ts'],
    packages: ['rxjs@7.3.0'],
    types: [],
    resolutions: ['node10'],
    typescripts: ['5.4', '5.9'],
  },
  ...['16', '19', '22'].map((version) => ({
    name: `angular ${version}`,
    files: ['angular.ts'],
    packages: ['rxjs@7', `@angular/core@${version}`, `@angular/common@${version}`],
    types: [],
    ...MODERN,
  })),
  ...['8', '11', '12'].map((version) => ({
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
  {
    name: 'prometheus, opentelemetry, slack, dashboard',
    files: ['seeing.ts'],
    packages: ['rxjs@7', 'prom-client@15', '@opentelemetry/api@1', '@slack/web-api@8', '@types/node@20'],
    types: ['node'],
    ...MODERN,
  },
];
