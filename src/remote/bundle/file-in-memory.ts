import { createHash } from 'node:crypto'
import type { BundledFile } from './program-bundle.ts'

/** A file that is nowhere but here. */
export function fileInMemory(path: string, data: string | Uint8Array): BundledFile {
  const content = Buffer.from(data)
  return { path, hash: sha256(content), size: content.length, content }
}

/** In hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
