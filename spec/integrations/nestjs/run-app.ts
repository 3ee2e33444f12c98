import type { AddressInfo } from 'node:net';
import type { INestApplication, ModuleMetadata, NestApplicationOptions } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { onTestFinished } from 'vitest';

/** An application that listens. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
}

/** Starts an application on a free port of 127.0.0.1; it is closed, with all its connections, when the test has ended. */
export async function runApp(
  metadata: ModuleMetadata,
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
  options: NestApplicationOptions = {},
): Promise<RunningApp> {
  const module = await Test.createTestingModule(metadata).compile();
  const app = module.createNestApplication(adapter, { logger: false, forceCloseConnections: true, ...options });
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return { app, url: `http://127.0.0.1:${String(port)}` };
}
