import type { JobManagerClient } from '../client/index.ts'
import type { BundledFile } from './bundle/program-bundle.ts'
import type { BundleUpload } from './remote-options.ts'

/** Files that are sent at a time. */
const AT_ONCE = 4

/** Uploads those of the files that the server does not have. */
export async function uploadFiles(
  client: JobManagerClient,
  files: readonly BundledFile[],
  {
    onUpload,
    signal,
  }: { readonly onUpload?: ((upload: BundleUpload) => void) | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const byHash = new Map(files.map((file) => [file.hash, file]))
  const missing = await client.files.missing([...byHash.keys()], { signal })
  const wanted = missing.flatMap((hash) => byHash.get(hash) ?? [])
  const sent = new Map<string, number>()
  const bytes = wanted.reduce((sum, { size }) => sum + size, 0)
  let sentFiles = 0
  const tell = (file: string | null): void => {
    const sentBytes = [...sent.values()].reduce((sum, one) => sum + one, 0)
    onUpload?.({ file, sentFiles, files: wanted.length, sentBytes, bytes })
  }
  tell(null)
  const queue = wanted.values()
  const work = async (): Promise<void> => {
    // Each worker takes the next file from the one queue.
    for (const { path, hash, size, content } of queue) {
      const onProgress = (progress: { readonly sent: number }): void => {
        sent.set(hash, progress.sent)
        if (progress.sent < size) tell(path)
      }
      await client.files.upload(hash, content, { signal, onProgress })
      sent.set(hash, size)
      sentFiles++
      tell(path)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, work))
}
