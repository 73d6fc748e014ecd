import type { BundleUpload } from '../../remote/remote-options.ts'
import { formatBytes } from '../format.ts'

/** `Uploading  1.2 MB of 3.0 MB, 3 of 7 files` */
export function describeUpload({ sentFiles, files, sentBytes, bytes }: BundleUpload): string {
  if (files === 0) return 'The server has the program already'
  return `Uploading  ${formatBytes(sentBytes)} of ${formatBytes(bytes)}, ${sentFiles} of ${files} ${files === 1 ? 'file' : 'files'}`
}
