import { UploadTooLargeError } from '../../errors/job-server-errors.ts'
import { boundedBody } from './bounded-body.ts'
import { Refusal } from './refusal.ts'
import type { ServerRequest } from './server-context.ts'

/** The bytes of an upload, which ends with an error when there are more than the limit. Reads as they are taken. */
export function uploadOf(c: ServerRequest, limit: number): AsyncIterable<Uint8Array> {
  const length = c.req.header('content-length')
  const chunked = c.req.header('transfer-encoding') !== undefined
  const { body } = c.req.raw
  if (length === undefined && !chunked && (body === null || c.env?.incoming !== undefined)) {
    throw new Refusal(
      411,
      'ERR_LENGTH_REQUIRED',
      'The upload has no Content-Length, nor is it sent in chunks.',
    )
  }
  const type = c.req.header('content-type')
  if (type !== undefined && !/^application\/octet-stream\s*(;|$)/i.test(type)) {
    throw new Refusal(415, 'ERR_MEDIA_TYPE', 'A file is uploaded as what it is: bytes.', {
      remedy: 'Send `Content-Type: application/octet-stream`.',
    })
  }
  if (Number(length ?? 0) > limit) throw tooLarge(limit)
  return boundedBody(body, limit, tooLarge)
}

const tooLarge = (limit: number): UploadTooLargeError =>
  new UploadTooLargeError(`The file has more than the ${limit} bytes that the server takes.`, {
    remedy: 'Leave out what the program does not need, or raise `limits.uploadBytes` of the server.',
  })
