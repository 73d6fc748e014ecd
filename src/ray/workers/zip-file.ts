import { crc32, deflateRawSync } from 'node:zlib'

/** The first of January 1980, midnight: the same files make the same archive whenever it is made. */
const DATE = (1 << 5) | 1
const TIME = 0
const VERSION = 20
const DEFLATED = 8
const UTF8 = 1 << 11

/** An archive of one file, as unzip takes it. @param name without folders */
export function zipFile(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = deflateRawSync(content)
  const encoded = Buffer.from(name)
  const about = Buffer.alloc(26)
  about.writeUInt16LE(VERSION, 0)
  about.writeUInt16LE(UTF8, 2)
  about.writeUInt16LE(DEFLATED, 4)
  about.writeUInt16LE(TIME, 6)
  about.writeUInt16LE(DATE, 8)
  about.writeUInt32LE(crc32(content), 10)
  about.writeUInt32LE(packed.length, 14)
  about.writeUInt32LE(content.length, 18)
  about.writeUInt16LE(encoded.length, 22)
  const local = Buffer.concat([signature(3, 4), about, encoded, packed])
  // Who made it, what is known of the file as above, no rights of it, and that it begins at 0.
  const made = Buffer.from([VERSION, 0])
  const entry = Buffer.concat([signature(1, 2), made, about, Buffer.alloc(14), encoded])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(entry.length, 8)
  end.writeUInt32LE(local.length, 12)
  return new Uint8Array(Buffer.concat([local, entry, signature(5, 6), end]))
}

/** PK and two numbers. */
function signature(first: number, second: number): Buffer {
  return Buffer.from([0x50, 0x4b, first, second])
}
