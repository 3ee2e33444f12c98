// The floors of lib/: what stands higher may know what stands lower, never the other way round.
const components = '(windows|trackers|trippers|retries|permits|recoveries|listeners)';

// Each an entry point of its own, and what it may import beside rxjs.
const integrations = {
  angular: ['@angular/common', '@angular/core'],
  dashboard: [],
  nestjs: ['@nestjs/common'],
  opentelemetry: ['@opentelemetry/api'],
  prometheus: ['prom-client'],
  slack: ['@slack/web-api'],
};
const integration = `^lib/(${Object.keys(integrations).join('|')})/`;

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
      comment: "The core depends on nothing but the peer 'rxjs', an integration also on what it integrates.",
      severity: 'error',
      from: { path: '^lib/', pathNot: integration },
      to: { pathNot: '^lib/|^node_modules/rxjs/' },
    },
    ...Object.entries(integrations).map(([name, peers]) => ({
      name: `${name}-knows-its-peers`,
      severity: 'error',
      from: { path: `^lib/${name}/`, pathNot: '^lib/dashboard/page/' },
      to: { pathNot: ['^lib/', `^node_modules/(${['rxjs', ...peers].join('|')})/`], dependencyTypesNot: ['core'] },
    })),
    {
      name: 'page-is-a-program-of-its-own',
      comment: 'It is bundled with uPlot into one document; of the rest it knows shapes and types alone.',
      severity: 'error',
      from: { path: '^lib/dashboard/page/' },
      to: {
        pathNot: '^lib/(dashboard/(page/|messages\\.ts$|command\\.ts$)|shapes/)|^node_modules/uplot/',
      },
    },
    {
      name: 'page-is-served-as-a-string',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/dashboard/page/' },
      to: { path: '^lib/dashboard/page/' },
    },
    {
      name: 'core-knows-no-integration',
      severity: 'error',
      from: { path: '^lib/', pathNot: integration },
      to: { path: integration },
    },
    {
      name: 'http-knows-components',
      severity: 'error',
      from: { path: '^lib/http/' },
      to: { path: '^lib/', pathNot: '^lib/(http|shapes|support|trackers|retries)/' },
    },
    {
      name: 'breaker-knows-no-registry',
      severity: 'error',
      from: { path: '^lib/', pathNot: [integration, '^lib/(registry/|http/|index\\.ts$)'] },
      to: { path: '^lib/(registry|http)/' },
    },
    {
      name: 'shapes-know-shapes',
      severity: 'error',
      from: { path: '^lib/shapes/' },
      to: { path: '^lib/', pathNot: '^lib/shapes/' },
    },
    {
      name: 'support-knows-no-project',
      severity: 'error',
      from: { path: '^lib/support/' },
      to: { path: '^lib/', pathNot: '^lib/support/' },
    },
    {
      name: 'errors-know-shapes',
      severity: 'error',
      from: { path: '^lib/errors/' },
      to: { path: '^lib/', pathNot: '^lib/(errors|shapes)/' },
    },
    {
      name: 'components-know-shapes',
      comment: 'And their own kind; a recovery is handed a Tripper, so it knows that type.',
      severity: 'error',
      from: { path: `^lib/${components}/` },
      to: { path: '^lib/', pathNot: ['^lib/(shapes|support)/', '^lib/$1/', '^lib/trippers/tripper\\.ts$'] },
    },
    {
      name: 'breaker-knows-interfaces',
      comment:
        'Of components the breaker knows the interfaces, and how to make a metric; the options also know the default ones.',
      severity: 'error',
      from: { path: '^lib/breaker/', pathNot: '^lib/breaker/options\\.ts$' },
      to: {
        path: `^lib/(operator|${components.slice(1, -1)})/`,
        pathNot:
          '^lib/(windows/(sliding-window|counted-metric)|trackers/tracker|trippers/tripper|retries/retry|permits/permit|recoveries/recovery|listeners/listener)\\.ts$',
      },
    },
    {
      name: 'options-know-defaults',
      severity: 'error',
      from: { path: '^lib/breaker/options\\.ts$' },
      to: { path: '^lib/operator/' },
    },
    {
      name: 'operator-knows-breaker',
      severity: 'error',
      from: { path: '^lib/operator/' },
      to: { path: '^lib/', pathNot: '^lib/(operator|breaker|errors|shapes|support)/' },
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
