/**
 * State changes as messages in a channel of Slack: one thread for each failure cycle of a circuit.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/slack
 */
export { slackListener, type SlackListenerOptions } from './slack-listener.ts';
export type { SlackClient } from './slack-client.ts';
export type { SlackMessage, SlackTemplate } from './slack-template.ts';
export { defaultTemplate } from './default-template.ts';
export { escapeSlack } from './escape-slack.ts';
