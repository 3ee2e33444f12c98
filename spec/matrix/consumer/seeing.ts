import { createServer } from 'node:http';
import { metrics } from '@opentelemetry/api';
import { WebClient } from '@slack/web-api';
import { Registry } from 'prom-client';
import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { dashboard } from 'rxjs-fluxgate/dashboard';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { slackListener } from 'rxjs-fluxgate/slack';

const listeners = [slackListener({ client: new WebClient(), channel: 'C0123456789' })];
const registry = new CircuitBreakerRegistry({ listeners });
instrument(registry, { meterProvider: metrics.getMeterProvider() });
exposeMetrics(registry, { register: new Registry() });
export const server = createServer(dashboard(registry));
