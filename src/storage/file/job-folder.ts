import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

type Kind = 'checkpoint' | 'savepoint'

/**
 * The name of a job's folder: what can be read of the job's name, and a hash that no other name has. It is the same on
 * file systems that take `A` for `a`.
 */
export function folderNameOf(job: string): string {
  const readable = job
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
  // As JSON, because halves of surrogate pairs are all one in UTF-8.
  const hash = createHash('sha256').update(JSON.stringify(job)).digest('hex').slice(0, 32)
  return `${readable === '' ? 'job' : readable}-${hash}`
}

export const manifestName = (id: number, kind: Kind): string => `${kind}-${id}.json`

export const dataName = (id: number): string => `data-${id}`

const ID = '(0|[1-9]\\d{0,15})'
const manifestPattern = new RegExp(`^(checkpoint|savepoint)-${ID}\\.json$`)
const unfinishedPattern = new RegExp(`^(checkpoint|savepoint)-${ID}\\.json\\.new$`)
const dataPattern = new RegExp(`^data-${ID}$`)

export interface ManifestFile {
  readonly file: string
  readonly id: number
  readonly kind: Kind
}

/** What a path to a manifest says, or undefined where it is none. */
export function manifestFileAt(file: string): ManifestFile | undefined {
  const [, kind, id] = manifestPattern.exec(basename(file)) ?? []
  return kind === undefined ? undefined : { file, id: Number(id), kind: kind as Kind }
}

/** The files of a job's folder that are a store's; others are let be. */
export interface FolderContent {
  /** Newest first. */
  readonly manifests: readonly ManifestFile[]
  /** Ids of the data files. */
  readonly data: readonly number[]
  /** Manifests that a crashed writer did not finish. */
  readonly unfinished: readonly string[]
}

export async function readFolder(folder: string): Promise<FolderContent> {
  const names = await readdir(folder)
  return {
    manifests: names
      .map((name) => manifestFileAt(join(folder, name)))
      .filter((found) => found !== undefined)
      .sort((a, b) => b.id - a.id),
    data: names
      .map((name) => dataPattern.exec(name)?.[1])
      .filter((id) => id !== undefined)
      .map(Number),
    unfinished: names.filter((name) => unfinishedPattern.test(name)).map((name) => join(folder, name)),
  }
}
