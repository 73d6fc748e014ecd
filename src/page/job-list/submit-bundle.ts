import type { BundleFile } from '../../protocol/bundle-file.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { Session } from '../link/session.ts'

/** Uploads what the server does not have of a bundle, and submits it. @throws an Error that says what is wrong with the file */
export async function submitBundle({ api }: Session, text: string): Promise<JobInfo> {
  const { submission, secretNames, files } = readBundle(text)
  if (secretNames.length > 0) {
    throw new Error(`It needs the secrets ${secretNames.join(', ')}. Submit it with \`millrace submit\`.`)
  }
  const json = { hashes: Object.keys(files) }
  const { missing } = await api.post<{ readonly missing: readonly string[] }>('files/missing', { json })
  for (const hash of missing) await api.upload(`files/${hash}`, bytesOf(files[hash]!))
  return api.post<JobInfo>('jobs', { json: submission })
}

function readBundle(text: string): BundleFile {
  let bundle: Partial<BundleFile> | null = null
  try {
    bundle = JSON.parse(text) as Partial<BundleFile> | null
  } catch {
    // It is said below.
  }
  if (bundle?.millraceBundle !== 1 || bundle.submission === undefined) {
    throw new Error('This file is no bundle. `millrace submit --save <file>` makes one of a program.')
  }
  return { millraceBundle: 1, submission: bundle.submission, secretNames: [], files: {}, ...bundle }
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
