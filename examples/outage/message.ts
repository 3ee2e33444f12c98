/** What the server tells the client's process. */
export type Message =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'phase'; readonly index: number; readonly at: number }
  | { readonly type: 'request' }
  | { readonly type: 'end' };

/** What the client's process tells the server: to play the script. */
export const PLAY = 'play';
