/** A service that a pipeline has, as `explain` shows it: plain data, times in milliseconds. */
export type ExplainedService =
  | {
      readonly type: 'service'
      readonly name: string
      /** For `stop` and for `cleanup`, each; may be Infinity. */
      readonly cleanupTimeout: number
      /** Null: in the process of the job. */
      readonly remote: { readonly instances: number; readonly restarts: number } | null
    }
  | {
      readonly type: 'pipeline'
      readonly name: string
      /** Ids of the nodes that emit its requests and answer them. */
      readonly requests: string
      readonly reply: string
    }
