import { StoreError } from '../../errors/job-server-errors.ts'
import { codeOf } from '../../storage/file/disk.ts'

const codes = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'EIO', 'EBUSY'])

/** Whether something failed because the machine is short of something, so that it may succeed later. */
export function isPressure(error: unknown): boolean {
  return error instanceof StoreError || codes.has(String(codeOf(error)))
}
