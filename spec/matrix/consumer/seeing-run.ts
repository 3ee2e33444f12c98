import { Registry } from 'prom-client';
import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { slackListener } from 'rxjs-fluxgate/slack';

// A change of state is a sample of a metric, and a message.
const messages: string[] = [];
const client = {
  chat: { postMessage: ({ text }: { text?: string }) => (messages.push(text ?? ''), Promise.resolve({ ok: true })) },
};
const registry = new CircuitBreakerRegistry({
  listeners: [
    slackListener({ client: client as unknown as Parameters<typeof slackListener>[0]['client'], channel: 'C0' }),
  ],
});
instrument(registry);
const register = new Registry();
exposeMetrics(registry, { register });
registry.get('stock').trip();
const metrics = await register.metrics();
await new Promise((resolve) => setTimeout(resolve, 10));
console.log(`stock in the metrics: ${String(metrics.includes('stock'))}, in ${String(messages.length)} messages`);
registry.dispose();
