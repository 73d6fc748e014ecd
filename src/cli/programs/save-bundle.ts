import { readFile, writeFile } from 'node:fs/promises'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { BundleFile } from '../../protocol/bundle-file.ts'
import { bundleProgram } from '../../remote/bundle/bundle-program.ts'
import type { BundledFile } from '../../remote/bundle/program-bundle.ts'
import { makeSubmission } from '../../remote/submission.ts'
import { note } from '../terminal.ts'
import type { CommandSubmission } from './submit-request.ts'

/** Writes a job down in place of sending it. @throws InvalidArgumentError where that file cannot be written; BundleError */
export async function saveBundle(path: string, { toBundle, request }: CommandSubmission): Promise<void> {
  const bundle = await bundleProgram(toBundle)
  for (const warning of bundle.warnings) note(warning)
  const { submission, files } = makeSubmission({ ...request, secrets: {} }, bundle)
  const file: BundleFile = {
    millraceBundle: 1,
    submission,
    secretNames: Object.keys(request.secrets),
    files: Object.fromEntries(await Promise.all(files.map(encoded))),
  }
  try {
    await writeFile(path, `${JSON.stringify(file)}\n`)
  } catch (cause) {
    throw new InvalidArgumentError(`The bundle cannot be written to '${path}'.`, {
      remedy: 'Name a file in a folder that is there, and that you may write to.',
      cause,
    })
  }
  note(`Saved "${submission.name}" in ${path}`)
}

async function encoded({ hash, content }: BundledFile): Promise<readonly [string, string]> {
  const bytes = content instanceof Uint8Array ? Buffer.from(content) : await readFile(content.path)
  return [hash, bytes.toString('base64')]
}
