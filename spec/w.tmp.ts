import { Model } from '/work/wt-rules/spec/model/model.ts';
import { run, configOf, type World } from '/work/wt-rules/spec/model/worlds.ts';
const base: World = { wiring:'forkJoin', behind:'nothing', size:11, maxProbes:10, permit:{kind:'all'}, recovery:{kind:'probes',count:3,maxFailureRate:.34,slowAfter:undefined,maxSlowRate:.34}, dependency:'well', latency:50, timeout:undefined, every:1000, seed:1};
const permits=[{kind:'all'},{kind:'random',ratio:.5},{kind:'random',ratio:.1},{kind:'ramp',initial:.1,final:1,duration:60000},{kind:'ramp',initial:.25,final:.25,duration:1000}] as const;
let worst:any={};
for (const wiring of ['forkJoin','combineLatest','merge','mergeMap','zip','nested','twice','refresh'] as const)
for (const behind of ['nothing','rethrow','observeOn','retry','late'] as const)
for (const permit of permits)
for (const size of [2,3,11,200])
for (const maxProbes of [1,3,10,20])
for (const latency of [0,50]) 
for (const every of [10,1000]) {
  if ((wiring==='nested' && size>50) || (behind==='late' && every<100)) continue;
  const w={...base,wiring,behind,permit,size,maxProbes,latency,every};
  const c=run(new Model(configOf(w)),w,every*400,true);
  const key=JSON.stringify(permit)+' '+wiring+' '+behind;
  if (c.closedAfter===undefined) { console.log('STUCK',JSON.stringify(w),c); continue }
  const score=c.closedAfter-Math.log2(size);
  if (!worst[key]||worst[key].score<score) worst[key]={score,size,maxProbes,latency,every,...c};
}
for (const [k,v] of Object.entries(worst) as any) console.log(k, 'score',v.score.toFixed(1),'n',v.size,'places',v.maxProbes,'lat',v.latency,'every',v.every,'closedAfter',v.closedAfter,'inFlight',v.inFlight);
