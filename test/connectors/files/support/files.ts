import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { END, type End } from '../../../../src/functions/user-functions.ts'
import type { TestContext } from '../../../support/suite.ts'
import { type AnySource, type OpenedSource, openSource, type OpenOptions } from '../../source-contract.ts'

/** A folder of the test's own, gone after it. */
export function folderOf({ cleanup }: Pick<TestContext, 'cleanup'>): string {
  mkdirSync('temp', { recursive: true })
  const folder = mkdtempSync('temp/files-')
  cleanup(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files into a folder of the test's own; returns their paths. */
export function filesOf(
  context: Pick<TestContext, 'cleanup'>,
  files: Readonly<Record<string, string | Uint8Array>>,
): string[] {
  const folder = folderOf(context)
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  })
}

/** Every record up to the end. */
export async function drain<T>(opened: OpenedSource<T>): Promise<T[]> {
  const records: T[] = []
  for (;;) {
    const record: T | End = await opened.next()
    if (record === END) return records
    records.push(record)
  }
}

export async function readAll<T>(source: AnySource<T>, options?: OpenOptions): Promise<T[]> {
  const opened = await openSource(source, options)
  try {
    return await drain(opened)
  } finally {
    await opened.close()
  }
}

/** Lines as a reader is to give them. */
export function linesOf(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Compressed, as several files one behind the other. */
export function gzipped(bytes: Buffer, pieces: number): Buffer {
  const size = Math.ceil(bytes.length / pieces) || 1
  const members: Buffer[] = []
  for (let at = 0; at < bytes.length || members.length === 0; at += size)
    members.push(gzipSync(bytes.subarray(at, at + size)))
  return Buffer.concat(members)
}
