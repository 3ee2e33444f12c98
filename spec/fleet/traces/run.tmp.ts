import { runDifferential } from './differential.ts';
import { runFleetTraces } from './run-traces.ts';
const [, , n = '600', seed = '7'] = process.argv;
runFleetTraces(Number(n), Number(seed));
runDifferential(Math.ceil(Number(n) / 4), Number(seed));
console.log('ok', n, seed);
