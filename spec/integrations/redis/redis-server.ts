import { execFileSync } from 'node:child_process';
import { EngineServer } from '../../fleet/engine-server.ts';

/** A redis-server without persistence, so that a restart is empty. */
export class RedisServer extends EngineServer {
  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  /** Runs redis-cli and returns what it prints. */
  cli(...args: string[]): string {
    return execFileSync('redis-cli', ['-p', String(this.port), ...args], { encoding: 'utf8' }).trim();
  }

  protected override toCommand(): readonly [string, ...string[]] {
    const memory = ['--save', '', '--appendonly', 'no', '--dir', this.folder];
    return ['redis-server', '--port', String(this.port), '--bind', '127.0.0.1', '--daemonize', 'no', ...memory];
  }

  protected override toGreeting() {
    return { sent: 'PING\r\n', reply: '+PONG' };
  }
}
