import { fileURLToPath } from 'node:url'
import type { RemoteEnvironment } from '../../../../src/index.ts'
import type { JobManagerClient, SubmissionInput } from '../../../../src/client/index.ts'
import { graphHash } from '../../../../src/graph/graph-hash.ts'
import { bundleProgram } from '../../../../src/remote/bundle/bundle-program.ts'
import { uploadFiles } from '../../../../src/remote/upload-files.ts'
import { program } from './scene.ts'

/** A program that is bundled once, to be submitted by a bare client however often. */
export interface Prepared {
  readonly upload: (client: JobManagerClient, signal: AbortSignal) => Promise<void>
  /** With these arguments of the program. */
  readonly submission: (...args: readonly object[]) => SubmissionInput
}

/** @param name of a program of `programs/`, or where another is. @param env has recorded what that program records. */
export async function prepare(
  name: string | URL,
  { graph }: Pick<RemoteEnvironment, 'graph'>,
): Promise<Prepared> {
  const entry = fileURLToPath(typeof name === 'string' ? program(name) : name)
  const bundle = await bundleProgram({ entry, external: [], packages: [], assets: [] })
  return {
    upload: (client, signal) => uploadFiles(client, bundle.files, { signal }),
    submission: (...args) => ({
      name: graph.name,
      program: {
        entry: bundle.entry,
        files: bundle.files.map(({ path, hash, size }) => ({ path, hash, size })),
        ordinal: 0,
        graphHash: graphHash(graph),
        argv: args.map((arg) => JSON.stringify(arg)),
        millrace: '0.1.0',
      },
      autostop: true,
    }),
  }
}
