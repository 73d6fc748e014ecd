/**
 * Where in an answer a value is: a JSON pointer, `/status/phase`, or names with dots between, `status.phase`. The empty
 * text is the whole answer.
 */
export type FieldPath = string

/** How an API of one's own tells of its jobs. Paths of URLs are below `url`; `{id}` and the like are filled in, escaped. */
export interface GenericParts {
  /** Sent with every request. None of their values is in any error. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The same, by the names of the environment variables that have the values. */
  readonly headersEnv?: Readonly<Record<string, string>> | undefined
  /** How the token is sent. Default: as `Authorization: Bearer ...`. */
  readonly auth?: { readonly header?: string | undefined; readonly prefix?: string | undefined } | undefined
  /** Without it jobs are not found by themselves. */
  readonly list?: GenericList | undefined
  readonly get: GenericGet
  /** Without it jobs cannot be cancelled. */
  readonly cancel?: GenericCancel | undefined
  /** Without it there are no logs. */
  readonly logs?: GenericLogs | undefined
  readonly fields: GenericFields
  /** What times are in, that are numbers. Default: seconds, or milliseconds where seconds would be after the year 5138. */
  readonly times?: 'seconds' | 'milliseconds' | undefined
}

export interface GenericList {
  /**
   * May have `{limit}`, and where the next page is asked for `{cursor}`, `{page}` or `{offset}`. A parameter of the query
   * whose value is missing, as a cursor on the first page, is left out.
   */
  readonly path: string
  /** Where the array of jobs is. Default: it is the answer. */
  readonly items?: FieldPath | undefined
  /** How there is more than a page of them. Default: there is not; the newest are found by `fields.submittedAt`. */
  readonly next?: GenericNext | undefined
  /** Jobs a page has at most: `{limit}`. Default 100, and 1 000 where there is one page only. */
  readonly pageSize?: number | undefined
}

export type GenericNext =
  /** A cursor in the answer, sent back as `{cursor}`. */
  | { readonly style: 'cursor'; readonly at: FieldPath }
  /** The URL of the next page in the answer; it must be of the same host. */
  | { readonly style: 'url'; readonly at: FieldPath }
  /** The same in the answer's Link header, as `rel="next"`. */
  | { readonly style: 'link' }
  /** Numbers of pages, sent as `{page}`, until a page is not full. */
  | { readonly style: 'page'; readonly first?: number | undefined }
  /** How many jobs come before, sent as `{offset}`, until a page is not full. */
  | { readonly style: 'offset' }

export interface GenericGet {
  /** Has `{id}`. */
  readonly path: string
  /** Where the job is. Default: it is the answer. */
  readonly job?: FieldPath | undefined
}

export interface GenericCancel {
  /** Has `{id}`. */
  readonly path: string
  /** Default POST. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined
  /** Sent as JSON. Default: nothing is. */
  readonly body?: unknown
}

export interface GenericLogs {
  /** Has `{id}`. The answer is the whole log, from its first line. */
  readonly path: string
  /** Where the log is: a text, or an array of lines. Default: the answer is the text itself, and no JSON. */
  readonly at?: FieldPath | undefined
  /** In an array of objects: where the text of a line is. */
  readonly text?: FieldPath | undefined
  /** In an array of objects: where the time of a line is. */
  readonly time?: FieldPath | undefined
}

/** Of the webhooks that such an API sends. */
export interface GenericWebhook {
  /** Where in the body the job is, with its parts where `fields` says. Default: it is the body. */
  readonly job?: FieldPath | undefined
}

/** Where in a job its parts are. */
export interface GenericFields {
  readonly id: FieldPath
  readonly status: FieldPath
  readonly name?: FieldPath | undefined
  /** A whole number that grows with every change of the job. */
  readonly version?: FieldPath | undefined
  readonly submittedAt?: FieldPath | undefined
  readonly startedAt?: FieldPath | undefined
  readonly endedAt?: FieldPath | undefined
  readonly restarts?: FieldPath | undefined
  readonly cost?: { readonly amount: FieldPath; readonly unit: string } | undefined
  /** Why it failed: a text, or an object with `message`. */
  readonly error?: FieldPath | undefined
  /** A page about it, for people. */
  readonly url?: FieldPath | undefined
}
