import { DefaultSerializer } from 'node:v8'
import { CheckpointCorruptError } from '../../errors/checkpoint-errors.ts'
import { CopyingDeserializer } from '../../storage/serializer.ts'

/**
 * A segment holds what one capture of a table gave: a sequence of frames, which may be cut between any two of them and
 * put together again. It begins with `begin`; keys to forget come before cells to set; `early` holds values that later
 * cells refer to.
 */
export type Frame = BeginFrame | DeletedFrame | EarlyFrame | CellsFrame

export interface BeginFrame {
  readonly type: 'begin'
  /** Of the values' form. */
  readonly version: number
  /** The table as a whole: what segments before said is void. */
  readonly whole: boolean
}

/** Keys, of which symbols stand by name. */
export interface Keys {
  readonly keys: readonly unknown[]
  /** Places in `keys` that are the names of symbols. */
  readonly symbols: readonly number[]
}

export interface DeletedFrame extends Keys {
  readonly type: 'deleted'
}

export interface EarlyFrame {
  readonly type: 'early'
  /** Counted on through all frames of this type since `begin`. */
  readonly values: readonly unknown[]
}

export interface CellsFrame extends Keys {
  readonly type: 'cells'
  readonly values: readonly unknown[]
  /** Places in `values` that are numbers of early values. */
  readonly early: readonly number[]
}

/** Length of what follows, and how many values there are. */
const HEAD_BYTES = 8

/** Throws what V8 throws when a value cannot be written. */
export function writeFrame(frame: BeginFrame | DeletedFrame | CellsFrame): Uint8Array[] {
  const writer = new FrameWriter()
  writer.add(frame)
  return writer.finish()
}

/** Values that are written one by one, whenever each is there. */
export class FrameWriter {
  readonly #serializer = new DefaultSerializer()
  #count = 0

  constructor() {
    this.#serializer.writeHeader()
  }

  /** Throws what V8 throws when the value cannot be written; the frame is spoilt then. */
  add(value: unknown): void {
    this.#serializer.writeValue(value)
    this.#count++
  }

  finish(): Uint8Array[] {
    const body = this.#serializer.releaseBuffer()
    const head = new DataView(new ArrayBuffer(HEAD_BYTES))
    head.setUint32(0, body.length)
    head.setUint32(4, this.#count)
    return [new Uint8Array(head.buffer), body]
  }
}

/** @throws CheckpointCorruptError when the bytes are not those of frames. */
export function* readFrames(bytes: Uint8Array): Generator<Frame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = 0; offset < bytes.length;) {
    if (offset + HEAD_BYTES > bytes.length) throw damaged('ends within the head of a frame')
    const start = offset + HEAD_BYTES
    const end = start + view.getUint32(offset)
    if (end > bytes.length) throw damaged('ends within a frame')
    const frame = toFrame(readValues(bytes.subarray(start, end), view.getUint32(offset + 4)))
    if (frame === null) throw damaged('has a frame of a form that is not known')
    yield frame
    offset = end
  }
}

function readValues(bytes: Uint8Array, count: number): unknown[] {
  const values: unknown[] = []
  try {
    const deserializer = new CopyingDeserializer(bytes)
    deserializer.readHeader()
    for (let i = 0; i < count; i++) values.push(deserializer.readValue())
  } catch (cause) {
    throw damaged('cannot be read by this version of Node', cause)
  }
  return values
}

function toFrame(values: unknown[]): Frame | null {
  const frame = values[0] as Partial<Frame> | null | undefined
  switch (frame?.type) {
    case 'begin':
      return typeof frame.version === 'number' && typeof frame.whole === 'boolean' ? (frame as Frame) : null
    case 'early':
      return { type: 'early', values: values.slice(1) }
    case 'deleted':
      return hasKeys(frame) ? (frame as Frame) : null
    case 'cells': {
      const fits = Array.isArray(frame.values) && Array.isArray(frame.early) && hasKeys(frame)
      return fits && frame.values.length === frame.keys?.length ? (frame as Frame) : null
    }
    default:
      return null
  }
}

function hasKeys({ keys, symbols }: Partial<Keys>): boolean {
  return Array.isArray(keys) && Array.isArray(symbols)
}

export function damaged(what: string, cause?: unknown): CheckpointCorruptError {
  return new CheckpointCorruptError(`A segment of keyed state ${what}.`, { cause })
}
