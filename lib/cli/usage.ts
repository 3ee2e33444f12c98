export const USAGE = `Usage:
  rxjs-fluxgate simulate FILE… [--config breakers.ts] [--format combined|calls|json|csv|har|otlp]
      [--fields time=ts,duration=took:s,status=code,key=upstream] [--timeout 2s] [--slow 500ms] [--instances 12]
      [--from ISO] [--to ISO] [--only key=payments] [--script] [--json] [--html FILE] [--svg FILE] [--lenient]
  rxjs-fluxgate recommend FILE… --config breakers.ts [--limit opened=5s,lost=0.1%,missed=0,alarms=0] [--json] [--html FILE]
      and the options of simulate but --svg
`;

/** What the user can put right: shown as one message, without a stack trace. */
export class CliError extends Error {}

/** A CliError for a wrong use of the command line, with which the usage is shown. */
export class UsageError extends CliError {}
