/** What a test file tells the runner, in this order: `started` and `ended` in pairs, then `done`, then at most one `leaked`. */
export type FileMessage =
  | { readonly type: 'started'; readonly test: string }
  | { readonly type: 'ended'; readonly test: string; readonly outcome: 'passed' | 'failed' | 'skipped' }
  | { readonly type: 'done' }
  | { readonly type: 'leaked'; readonly resources: readonly string[] }
  | { readonly type: 'resources'; readonly resources: readonly string[] }

/** What the runner asks of a file that hangs; it answers with `resources`. */
export type RunnerMessage = { readonly type: 'name-resources' }
