import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import {
  writeLines,
  type OutputTarget,
  type WriteFilesOptions,
} from '../../../../src/connectors/files/index.ts'
import type { TestContext } from '../../../support/suite.ts'
import type { SinkContract } from '../../transactional-sink-contract.ts'
import { CrashingDisk } from './crashing-disk.ts'
import { folderOf } from './files.ts'

export async function crashes({ cleanup }: TestContext): Promise<CrashingDisk> {
  const disk = await CrashingDisk.create()
  cleanup(() => disk.restore())
  return disk
}

/** What is in a file, compressed or not, whole or not. */
export const textOf = (path: string): string => {
  const bytes = readFileSync(path)
  return (bytes[0] === 0x1f ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes).toString()
}

/** The numbers of whole lines. */
const numbersIn = (path: string): number[] =>
  textOf(path)
    .split('\n')
    .slice(0, -1)
    .map((line) => Number(line.split(' ')[0]))

export const namesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).toSorted() : []

/** A world of its own for each run. */
export const lineContract = (
  target: (folder: string) => OutputTarget,
  visible: (folder: string) => number[],
  options: WriteFilesOptions,
): SinkContract<string, unknown> => {
  const folders = new WeakMap<TestContext, string>()
  return {
    crashes,
    ready: (context, run) => {
      const base = folders.get(context) ?? folderOf(context)
      folders.set(context, base)
      const folder = join(base, String(run))
      mkdirSync(folder, { recursive: true })
      const Sink = writeLines(target(folder), { bufferLength: 24, ...options })
      return {
        make: () => new Sink(),
        record: (index) => `${index} ${'x'.repeat(index % 7)}`,
        visible: () => visible(folder),
        leftovers: () => namesIn(join(folder, '.staging')),
      }
    },
  }
}

export const inParts = (folder: string): number[] =>
  namesIn(folder)
    .filter((name) => name.startsWith('part-0-'))
    .flatMap((name) => numbersIn(join(folder, name)))

export const inFile = (folder: string): number[] =>
  existsSync(join(folder, 'out')) ? numbersIn(join(folder, 'out')) : []
