import { crc32 } from 'node:zlib'
import { CheckpointCorruptError } from '../errors/checkpoint-errors.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { CheckpointManifest } from './checkpoint-store.ts'
import { identityProblem, type ManifestIdentity, manifestProblem } from './manifest-shape.ts'

// The file is JSON, so that people can read it; its frame is of fixed length, so that every byte is accounted for.
const HEAD = /^\{"crc32":"([0-9a-f]{8})","manifest":$/
const HEAD_LENGTH = '{"crc32":"00000000","manifest":'.length
const TAIL = '}\n'

/** @throws InvalidArgumentError when it would not be taken back. */
export function encodeManifest(manifest: CheckpointManifest, expected: ManifestIdentity): Buffer {
  const body = Buffer.from(JSON.stringify(manifest))
  // As it will be read: JSON has made null of NaN, and nothing of undefined.
  const written = JSON.parse(body.toString()) as CheckpointManifest
  const problem = manifestProblem(written) ?? identityProblem(written, expected)
  if (problem !== undefined)
    throw new InvalidArgumentError(`the checkpoint's manifest is not valid: ${problem}`)
  return Buffer.concat([Buffer.from(`{"crc32":"${checksumOf(body)}","manifest":`), body, Buffer.from(TAIL)])
}

/**
 * @param where names the file
 * @throws CheckpointCorruptError when the bytes are not a manifest as it was written, or not the expected one.
 */
export function decodeManifest(bytes: Buffer, where: string, expected: ManifestIdentity): CheckpointManifest {
  const head = HEAD.exec(bytes.toString('latin1', 0, HEAD_LENGTH))
  if (bytes.length === 0) throw corrupt(where, 'it is empty')
  if (head === null) throw corrupt(where, 'it is no manifest of a checkpoint')
  const end = bytes.length - TAIL.length
  if (end < HEAD_LENGTH || bytes.toString('latin1', end) !== TAIL) throw corrupt(where, 'its end is missing')
  const body = bytes.subarray(HEAD_LENGTH, end)
  if (checksumOf(body) !== head[1]) throw corrupt(where, 'its checksum is not that of its content')
  const manifest = parse(body, where)
  const problem = manifestProblem(manifest) ?? identityProblem(manifest, expected)
  if (problem !== undefined) throw corrupt(where, problem)
  return manifest
}

function parse(body: Buffer, where: string): CheckpointManifest {
  try {
    return JSON.parse(body.toString()) as CheckpointManifest
  } catch (cause) {
    throw new CheckpointCorruptError(`${where} cannot be read: it is not JSON`, { cause })
  }
}

const corrupt = (where: string, problem: string): CheckpointCorruptError =>
  new CheckpointCorruptError(`${where} cannot be read: ${problem}`)

const checksumOf = (bytes: Buffer): string => crc32(bytes).toString(16).padStart(8, '0')
