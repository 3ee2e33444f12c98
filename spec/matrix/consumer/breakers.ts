import { failureStreak } from 'rxjs-fluxgate';
import type { Contender } from 'rxjs-fluxgate/simulate';

export const contenders: Record<string, Contender> = { streak: { tripper: failureStreak(3) } };
