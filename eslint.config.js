import eslint from '@eslint/js';
import markdown from '@eslint/markdown';
import rxjsX from 'eslint-plugin-rxjs-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Words that readers of the field stumble over: write emit, notify, return, report, again, always, no caller, … */
const BANNED = [
  ...['told', 'tell', 'tells', 'telling', 'says', 'said', 'answers'],
  ...['anew', 'for ever', 'nobody', 'somebody', 'anybody', 'whoever', 'that of', 'has no more to say'],
];
const banned = `/\\b(${BANNED.join('|')})\\b/i`;
const message = 'A word of the list BANNED in eslint.config.js.';

const words = [
  { selector: `Literal[value=${banned}]`, message },
  { selector: `TemplateElement[value.raw=${banned}]`, message },
];

/** Code and Markdown are different languages to ESLint: a configuration is for one of them. */
const code = ['**/*.{ts,js,cjs}'];

export default defineConfig(
  globalIgnores([
    'dist/',
    '.examples/',
    'coverage/',
    'site/',
    '.stryker/',
    'reports/',
    '**/*.generated.ts',
    'spec/cli/fixtures/',
    'bench/RESULTS*.md',
    '*.js',
    '*.cjs',
  ]),
  {
    files: ['**/*.md'],
    plugins: { markdown },
    extends: ['markdown/recommended'],
    language: 'markdown/gfm',
    rules: { 'no-restricted-syntax': ['error', { selector: `text[value=${banned}]`, message }] },
  },
  {
    files: code,
    extends: [
      eslint.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      rxjsX.configs.strict,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-warning-comments': ['error', { terms: BANNED, location: 'anywhere' }],
      'no-restricted-syntax': ['error', ...words],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // `() => subscription.unsubscribe()` reads better than a block.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  {
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...words,
        {
          selector: 'Literal[value=/^_[a-z]/i]',
          message: 'The build shortens private names, but not texts that name them.',
        },
      ],
    },
  },
  {
    files: ['{spec,examples,bench,build}/**/*.ts'],
    rules: {
      // A test or a script that meets undefined where it must not be fails, as it should.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // What was caught may be passed on as it is.
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
    },
  },
  {
    files: ['spec/integrations/nestjs/**', 'examples/nestjs/**'],
    rules: {
      // A module may be nothing but its decorator.
      '@typescript-eslint/no-extraneous-class': 'off',
      // Nest declares its options as classes, and takes object literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['bench/**/*.ts'],
    rules: {
      // What is measured always has a value.
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  {
    files: ['spec/simulate/**', 'spec/cli/**'],
    rules: {
      // Lines of a record are written with numbers, and a recommendation always comes.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  {
    files: ['spec/fleet/**', 'spec/**/*fleet*.spec.ts', 'spec/integrations/{redis,nats}/**', 'examples/fleet/**'],
    rules: {
      // A store that completes without a view, or a stream that errors, fails the test or the example.
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-ignored-error': 'off',
    },
  },
  {
    files: ['spec/browser/**'],
    rules: {
      // An error that nobody handles is seen by the test of the page, and fails it.
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-ignored-error': 'off',
    },
  },
  {
    files: ['lib/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '^rxjs/', message: "Import from 'rxjs' alone." }] }],
      'no-restricted-globals': ['error', 'Date', 'performance', 'setTimeout', 'setInterval', 'queueMicrotask'],
    },
  },
  {
    files: ['lib/simulate/**', 'lib/cli/**'],
    rules: {
      // Columns are read at indices below their length.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['lib/integrations/{retry,testing}/**'],
    rules: {
      // What was caught, or what a user wants injected, is passed on as it is.
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
    },
  },
  {
    files: ['lib/integrations/dashboard/page/**'],
    rules: {
      // The page lives in a browser, in real time.
      'no-restricted-globals': 'off',
    },
  },
);
