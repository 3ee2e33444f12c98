/** What the server sends to the client's process. */
export type Message =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'phase'; readonly index: number; readonly at: number }
  | { readonly type: 'request' }
  | { readonly type: 'end' };

/** What the client's process sends to the server: to play the script. */
export const PLAY = 'play';
