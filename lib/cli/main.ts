#!/usr/bin/env node
import { run } from './run.ts';

// A reader may have enough of the output: `| head` closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void run(process.argv.slice(2), process).then((code) => (process.exitCode = code));
