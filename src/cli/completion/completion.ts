/** What could stand at the end of a line. */
export interface Candidate {
  readonly value: string
  readonly description?: string
}

/** The whole words that could stand there, or that it is the path of a file or folder, and what is typed of that. */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'files' | 'folders'; readonly typed: string }

export const nothing: Completion = { kind: 'words', candidates: [] }
