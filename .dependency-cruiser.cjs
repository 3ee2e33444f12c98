// The written architecture, drawn in ARCHITECTURE.md: arrows go down only, from what knows more to what knows less.
//
//   integrations -> fleet, simulate -> registry, operator -> breaker -> events, components, errors -> types, util

/** The rooms of lib/, and the rooms each may import besides itself. */
const rooms = {
  util: [],
  types: [],
  errors: ['types', 'util'],
  events: ['util'],
  components: ['types', 'util'],
  breaker: ['events', 'components', 'errors', 'types', 'util'],
  operator: ['breaker', 'errors', 'types', 'util'],
  registry: ['breaker', 'events', 'components', 'errors', 'types', 'util'],
  simulate: ['registry', 'operator', 'breaker', 'events', 'components', 'errors', 'types', 'util'],
  fleet: ['registry', 'operator', 'breaker', 'events', 'components', 'errors', 'types', 'util'],
  cli: ['simulate', 'operator', 'breaker', 'components', 'errors', 'types', 'util'],
};

/** Single files that a room may import besides. A recorded call has the status by which `/http` judges, found in one place. */
const exceptions = { simulate: '|^lib/integrations/http/find-status\\.ts$' };

/** Each an entry point of its own, and the packages it may import besides rxjs. */
const integrations = {
  angular: ['@angular/common', '@angular/core'],
  dashboard: [],
  http: [],
  nats: [],
  nestjs: ['@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nestjs/websockets'],
  opentelemetry: ['@opentelemetry/api'],
  prometheus: [],
  redis: [],
  slack: ['@slack/web-api'],
  testing: [],
  retry: [],
};

const kinds = 'windows|trackers|trippers|retries|permits|recoveries|listeners';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-index-from-inside',
      comment: 'index.ts is the door for users.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '/index\\.ts$' },
    },
    {
      name: 'only-rxjs',
      comment: "The core depends on the peer 'rxjs' alone.",
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(integrations|cli)/' },
      to: { pathNot: '^lib/|^node_modules/rxjs/' },
    },
    ...Object.entries(rooms).map(([room, below]) => ({
      name: `${room}-imports-downwards`,
      severity: 'error',
      from: { path: `^lib/${room}/` },
      to: { path: '^lib/', pathNot: `^lib/(${[room, ...below].join('|')})/${exceptions[room] ?? ''}` },
    })),
    {
      name: 'kinds-of-components-are-apart',
      comment: 'A recovery is handed a Tripper, so it knows that type.',
      severity: 'error',
      from: { path: `^lib/components/(${kinds})/` },
      to: { path: '^lib/components/', pathNot: ['^lib/components/$1/', '^lib/components/trippers/tripper\\.ts$'] },
    },
    {
      name: 'breaker-knows-interfaces',
      comment: 'Of components the breaker knows the interfaces and the metrics; its options also know the defaults.',
      severity: 'error',
      from: { path: '^lib/breaker/', pathNot: '^lib/breaker/resolve-options\\.ts$' },
      to: {
        path: `^lib/components/(${kinds})/`,
        pathNot:
          '^lib/components/(windows/(sliding-window|counted-metric)|trackers/tracker|trippers/tripper|retries/retry|permits/permit|recoveries/recovery|listeners/listener)\\.ts$',
      },
    },
    ...Object.entries(integrations).map(([name, peers]) => ({
      name: `${name}-imports-its-peers`,
      severity: 'error',
      from: { path: `^lib/integrations/${name}/`, pathNot: '^lib/integrations/dashboard/page/' },
      to: {
        pathNot: ['^lib/', `^node_modules/(${['rxjs', ...peers].join('|')})/`],
        dependencyTypesNot: ['core'],
      },
    })),
    {
      name: 'integrations-are-apart',
      comment: 'Another integration is imported file by file, never for what it integrates.',
      severity: 'error',
      from: { path: '^lib/integrations/([^/]+)/', pathNot: '^lib/integrations/nestjs/dashboard-module\\.ts$' },
      to: { path: '^lib/integrations/', pathNot: ['^lib/integrations/($1|http)/'] },
    },
    {
      name: 'page-is-a-program-of-its-own',
      comment: 'It is bundled with its libraries into one document; of the rest it knows shapes and types alone.',
      severity: 'error',
      from: { path: '^lib/integrations/dashboard/page/' },
      to: {
        pathNot:
          '^lib/(integrations/dashboard/(page/|server/(messages|command)\\.ts$)|types/)|^node_modules/(uplot|preact)/',
      },
    },
    {
      name: 'page-is-served-as-a-string',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/integrations/dashboard/page/' },
      to: { path: '^lib/integrations/dashboard/page/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // Of some packages these are all there is to resolve.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types', 'default'],
    },
  },
};
