/** One file of a program, as it is uploaded. */
export interface BundledFile {
  /** Below the job's working folder, with forward slashes. */
  readonly path: string
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly hash: string
  /** In bytes. */
  readonly size: number
  /** Its bytes, or where they are. */
  readonly content: Uint8Array | { readonly path: string }
}

/** A program that can run elsewhere. */
export interface ProgramBundle {
  /** Path of the file that is run. */
  readonly entry: string
  readonly files: readonly BundledFile[]
  /** SHA-256 over all files: the same for the same program, whatever folder it lies in. */
  readonly hash: string
  /** Folder that `program:///` in source maps, and so in stacks and sites of the job, stands for. */
  readonly root: string
  /** What may go wrong, a sentence each. */
  readonly warnings: readonly string[]
}

/** What is to be bundled. */
export interface BundleRequest {
  /** Absolute path of the file that the program begins with. */
  readonly entry: string
  /** Packages that are neither bundled nor shipped: the server has them. */
  readonly external: readonly string[]
  /** Packages that are shipped as they are, with what they depend on. */
  readonly packages: readonly string[]
  /** Files, folders and patterns below the folder of the entry. */
  readonly assets: readonly string[]
}

/** Of the entry, in the job's working folder. */
export const ENTRY_NAME = 'program.mjs'
