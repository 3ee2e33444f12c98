import { read } from './read.ts';

/** Returns the numeric status of a response. */
export function statusOf(response: unknown): number | undefined {
  return [read(response, 'status'), read(response, 'statusCode')].find((status) => typeof status === 'number');
}

/** Returns the status in an error: its own, the one of its response, or the code of an ErrorEvent. */
export function statusOfError(error: unknown): number | undefined {
  const code = read(error, 'code');
  const isStatus = typeof code === 'number' && code >= 100 && code <= 599;
  return statusOf(error) ?? statusOf(read(error, 'response')) ?? (isStatus ? code : undefined);
}
