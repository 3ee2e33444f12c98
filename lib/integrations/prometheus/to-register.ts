import { wrongType } from '../../util/check.ts';
import type { MetricsClient, MetricsRegister } from './register.ts';

interface Options {
  readonly client?: MetricsClient | undefined;
  readonly register?: MetricsRegister | undefined;
}

/** Returns the register that the options of `what` name; throws a TypeError if they name none. */
export function toRegister(what: string, { client, register = client?.register }: Options): MetricsRegister {
  if (client === undefined && register === undefined) {
    throw new TypeError(
      `${what} needs the option client, as from import * as client from '@prometheus-io/client', or register`,
    );
  }
  if (typeof (register as Partial<MetricsRegister> | null | undefined)?.registerMetric === 'function' && register) {
    return register;
  }
  const option = client === undefined || register !== client.register ? 'register' : 'client.register';
  throw wrongType(`${what}: ${option}`, 'a Registry of @prometheus-io/client or prom-client', register);
}
