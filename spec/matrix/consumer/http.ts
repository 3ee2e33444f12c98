import * as http from 'rxjs-fluxgate/http';

export const names: readonly string[] = Object.keys(http);
