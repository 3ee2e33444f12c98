import type { NestInterceptor } from '@nestjs/common';
import * as nestjs from 'rxjs-fluxgate/nestjs';

export const names: readonly string[] = Object.keys(nestjs);
export type Nest = NestInterceptor;
