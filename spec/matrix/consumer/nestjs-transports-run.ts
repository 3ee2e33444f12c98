import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Controller, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { lastValueFrom } from 'rxjs';
import { failureStreak } from 'rxjs-fluxgate';
import { CircuitBreakerModule, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { io } from 'socket.io-client';

// A handler of a microservice and one of a gateway that are down: their circuits open, and clients get a 503.
class Handlers {
  find(): never {
    throw new Error('down');
  }
}
class StockController extends Handlers {
  override find(): never {
    return super.find();
  }
}
class StockGateway extends Handlers {
  override find(): never {
    return super.find();
  }
}
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module may be nothing but its decorator
class AppModule {}

// As TypeScript's decorators would.
const ofController = Object.getOwnPropertyDescriptor(StockController.prototype, 'find')!;
MessagePattern('stock')(StockController.prototype, 'find', ofController);
UseCircuitBreaker('rpc')(StockController.prototype, 'find', ofController);
Controller()(StockController);
const ofGateway = Object.getOwnPropertyDescriptor(StockGateway.prototype, 'find')!;
SubscribeMessage('stock')(StockGateway.prototype, 'find', ofGateway);
UseCircuitBreaker('ws')(StockGateway.prototype, 'find', ofGateway);
WebSocketGateway()(StockGateway);
Module({
  imports: [CircuitBreakerModule.forRoot({ tripper: failureStreak(2), silent: true })],
  controllers: [StockController],
  providers: [StockGateway],
})(AppModule);

Logger.overrideLogger(false);
const app = await NestFactory.create(AppModule);
app.useWebSocketAdapter(new IoAdapter(app));
await app.listen(0, '127.0.0.1');
const { port } = (app.getHttpServer() as Server).address() as AddressInfo;

// A port that is free now: the one that a microservice has got of port 0 is not shown by every version.
const options = { host: '127.0.0.1', port: await getFreePort() };
app.connectMicroservice<MicroserviceOptions>({ transport: Transport.TCP, options });
await app.startAllMicroservices();

async function getFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
// Not by `ws`, whose clients get no exceptions of Nest 8.
const socket = io(`http://127.0.0.1:${String(port)}`, { transports: ['websocket'] });
let rpc: unknown;
let ws: unknown;
for (let i = 0; i < 3; i++) {
  rpc = await lastValueFrom(client.send('stock', {}), { defaultValue: undefined }).catch((error: unknown) => error);
  const answered = new Promise((resolve) => socket.once('exception', resolve));
  socket.emit('stock', {});
  ws = await answered;
}
const read = (error: unknown): string => {
  const { code, statusCode } = error as { code?: number; statusCode?: number };
  return [statusCode, code].filter(Boolean).join(' ');
};
console.log(`rpc: ${read(rpc)}, ws: ${read(ws)}`);
client.close();
socket.close();
await app.close();
