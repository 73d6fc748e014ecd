import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MillraceError } from '../../errors/millrace-error.ts'
import type { ProjectFiles } from './project-files.ts'

/** The files of a project could not be written. */
export class ProjectError extends MillraceError {
  constructor(message: string, remedy: string, cause?: unknown) {
    super('ERR_PROJECT', message, { remedy, cause })
  }
}

/** What of it is no part of a project, and may be there before one. */
const unnoticed = new Set(['.git', '.DS_Store', 'Thumbs.db'])

/**
 * Names of what is in a folder already; none where there is no folder.
 * @throws ProjectError where it is no folder, or cannot be read.
 */
export function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !unnoticed.has(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw notWritten(folder, error)
  }
}

/**
 * Those of the files that are there already.
 * @throws ProjectError where one of them is no file, or its folder none.
 */
export function filesInTheWay(folder: string, files: ProjectFiles): readonly string[] {
  return [...files.keys()].filter((path) => {
    const steps = path.split('/')
    return steps.some((_, depth) => {
      const kind = kindOf(join(folder, ...steps.slice(0, depth + 1)))
      const isFile = depth === steps.length - 1
      if (kind === undefined || kind === (isFile ? 'file' : 'folder')) return isFile && kind !== undefined
      const there = steps.slice(0, depth + 1).join('/')
      throw new ProjectError(
        `${join(folder, there)} is ${kind === 'other' ? 'neither a file nor a folder' : `a ${kind}`}, where ` +
          `${isFile ? 'a file' : 'a folder'} of the project would be.`,
        'move it away, or name another folder',
      )
    })
  })
}

/** @throws ProjectError where one cannot be written; those before it are there then. */
export function writeProject(folder: string, files: ProjectFiles): void {
  for (const [path, text] of files) {
    const file = join(folder, path)
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    } catch (error) {
      throw notWritten(file, error)
    }
  }
}

/** Links are not followed: what would be overwritten lies elsewhere. */
function kindOf(path: string): 'file' | 'folder' | 'other' | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
}

function notWritten(path: string, error: unknown): ProjectError {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOTDIR':
      return new ProjectError(`${path} is no folder.`, 'name another folder', error)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ProjectError(`${path}: permission denied.`, 'name a folder that you may write to', error)
    case 'ENOSPC':
      return new ProjectError(`${path}: the disk is full.`, 'make room, and do it again with --force', error)
    default:
      return new ProjectError(`${path}: ${message}`, 'name another folder', error)
  }
}
