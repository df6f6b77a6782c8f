/** What happens to downloads, for those who show it. `bytes` so far, of `total` where the server said so. */
export interface FetchEvent {
  type: 'download-start' | 'download-progress' | 'download-end';
  what: string;
  /** May be shown: without credentials. */
  url: string;
  bytes: number;
  total?: number;
}
