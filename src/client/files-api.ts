import { missingFilesSchema } from '../protocol/answers.ts'
import { type FileContent, uploadOf } from './file-content.ts'
import { readJson } from './read-answer.ts'
import type { CallOptions, Transport } from './transport.ts'

/** How far an upload is. */
export interface UploadProgress {
  readonly hash: string
  /** Bytes handed over. It begins again at 0 when the upload has to be begun again. */
  readonly sent: number
  /** Bytes there are. */
  readonly total: number
}

export interface UploadOptions extends CallOptions {
  /** What it throws ends the upload. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
}

/** Hashes that are asked about at a time. */
const HASHES = 10_000

/** Files of programs. Obtained as `client.files`. */
export class FilesApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Of these SHA-256 hashes, those that the server has no file of, each once. */
  async missing(hashes: readonly string[], options?: CallOptions): Promise<readonly string[]> {
    const all = [...new Set(hashes)]
    const missing: string[] = []
    for (let at = 0; at < all.length; at += HASHES) {
      const part = { hashes: all.slice(at, at + HASHES) }
      const answer = await this.#transport.call(
        {
          method: 'POST',
          path: 'api/v1/files/missing',
          json: part,
          repeatable: true,
          read: (response, label) => readJson(response, label, missingFilesSchema),
        },
        options,
      )
      missing.push(...answer.missing)
    }
    return missing
  }

  /**
   * Uploads a file by its SHA-256 in hexadecimal digits. One that is there already may be uploaded again. The timeout is
   * for a piece to be taken, not for the whole.
   *
   * @throws HashMismatchError; UploadTooLargeError; StoreError; InvalidArgumentError for a file that cannot be read.
   */
  async upload(hash: string, content: FileContent, options: UploadOptions = {}): Promise<void> {
    const { onProgress, ...callOptions } = options
    const { size: total, stream } = await uploadOf(content)
    await this.#transport.call(
      {
        method: 'PUT',
        path: `api/v1/files/${encodeURIComponent(hash)}`,
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(total) },
        body: (progress) => stream(progress, (sent) => onProgress?.({ hash, sent, total })),
        repeatable: true,
        read: async (response) => void (await response.body?.cancel()),
      },
      callOptions,
    )
  }
}
