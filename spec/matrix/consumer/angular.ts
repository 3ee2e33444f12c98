import type { HttpErrorResponse } from '@angular/common/http';
import type { Provider } from '@angular/core';
import * as angular from 'rxjs-fluxgate/angular';

export const names: readonly string[] = Object.keys(angular);
export type Angular = Provider | HttpErrorResponse;
