import { Model } from '/work/wt-rules/spec/model/model.ts';
import { run, configOf, type World } from '/work/wt-rules/spec/model/worlds.ts';
const base: World = { wiring:'forkJoin', behind:'nothing', size:11, maxProbes:10, permit:{kind:'all'}, recovery:{kind:'probes',count:3,maxFailureRate:.34,slowAfter:undefined,maxSlowRate:.34}, dependency:'hangs', latency:0, timeout:undefined, every:1000, seed:1};
for (const wiring of ['forkJoin','nested'] as const)
for (const behind of ['nothing','observeOn'] as const)
for (const [size,maxProbes] of [[11,10],[3,10],[50,5]] as const)
for (const timeout of [undefined,2000])
for (const every of [10,1000]) {
  const w={...base,wiring,behind,size,maxProbes,every,timeout};
  const t=Date.now();
  const c=run(new Model(configOf(w)),w,every===10?(timeout?20_000:70_000):600_000);
  console.log(wiring,behind,'n',size,'p',maxProbes,'to',timeout,'every',every,'inFlight',c.inFlight,'live',c.live,'verdicts',c.verdicts,c.inFlight>maxProbes+2*size+1?'OVER':'',Date.now()-t,'ms');
}
