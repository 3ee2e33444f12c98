import { EngineServer } from '../../fleet/engine-server.ts';

/** A nats-server with JetStream, which finds on a restart what it had. */
export class NatsServer extends EngineServer {
  protected override toCommand(): readonly [string, ...string[]] {
    const stream = ['--jetstream', '--store_dir', this.folder];
    return ['nats-server', '--addr', '127.0.0.1', '--port', String(this.port), ...stream];
  }

  protected override toGreeting() {
    return { sent: '', reply: 'INFO' };
  }
}
