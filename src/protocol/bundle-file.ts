import type { SubmissionInput } from './submission.ts'

/** A program that can be submitted from anywhere: a file of JSON, as `millrace submit --save` writes it. */
export interface BundleFile {
  /** Version of the form. */
  readonly millraceBundle: 1
  /** Without secrets: they are in no file. */
  readonly submission: SubmissionInput
  /** What the program needs beside, and who submits it has to give. */
  readonly secretNames: readonly string[]
  /** The bytes of the files of the program, by their hash, in Base64. */
  readonly files: Readonly<Record<string, string>>
}
