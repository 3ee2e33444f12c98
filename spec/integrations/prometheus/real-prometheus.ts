import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { findFreePort } from '../../support/find-free-port.ts';

/** One series of an answer. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Alert {
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
}

/** A Prometheus that scrapes every second, until it is stopped. */
export class RealPrometheus {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  /** Waits until it is ready. */
  static async start(scrapeConfigs: readonly object[], ruleFile: string): Promise<RealPrometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const port = await findFreePort();
    // JSON is YAML.
    const config = JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [ruleFile],
      scrape_configs: scrapeConfigs,
    });
    await writeFile(join(folder, 'prometheus.yml'), config);
    const prometheus = new RealPrometheus(folder, port);
    try {
      await prometheus.#ready();
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
    return prometheus;
  }

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#url = `http://127.0.0.1:${String(port)}`;
    this.#process = spawn(
      'prometheus',
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${String(port)}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    // Also when the tests are broken off.
    process.once('exit', this.#kill);
  }

  readonly #kill = (): void => void this.#process.kill('SIGKILL');

  async #ready(): Promise<void> {
    let said = '';
    this.#process.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<never>((_, reject) => {
      this.#process.once('error', (cause) =>
        reject(new Error('prometheus could not be run; .ci/install-prometheus installs it', { cause })),
      );
      this.#process.once('exit', (code) => reject(new Error(`prometheus ended with ${String(code)}:\n${said}`)));
    });
    const ready = vi.waitFor(
      async () => {
        const { ok } = await fetch(`${this.#url}/-/ready`);
        if (!ok) throw new Error('prometheus is not ready');
      },
      { timeout: 30_000, interval: 100 },
    );
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
  }

  /** What an expression is now; those series alone whose value is a number. */
  async query(expression: string): Promise<Sample[]> {
    const { result } = await this.#get<{ result: { metric: Sample['metric']; value: [number, string] }[] }>(
      `query?${new URLSearchParams({ query: expression }).toString()}`,
    );
    return result
      .map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
      .filter(({ value }) => !Number.isNaN(value));
  }

  async alerts(): Promise<Alert[]> {
    return (await this.#get<{ alerts: Alert[] }>('alerts')).alerts;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(`${path}: ${String(answer.error)}`);
    return answer.data;
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, 'exit');
      // It has nothing to keep.
      this.#kill();
      await exit;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
