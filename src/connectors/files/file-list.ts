import { fileURLToPath } from 'node:url'
import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'

/** A path, absolute or relative to the working directory, or a `file:` URL. */
export type FilePath = string | URL

/** @throws InvalidArgumentError unless it is a path that is not empty, or a `file:` URL. */
export function checkPath(operator: string, path: unknown): string {
  if (typeof path === 'string' && path !== '') return path
  if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path)
  const message = `${operator} expects the path of a file, got ${excerpt(path)}`
  throw invalidArgument(operator, message, 'pass a path or a file: URL, or a list of them')
}

/** @throws InvalidArgumentError unless it is a path, or a list of at least one. */
export function checkPaths(operator: string, paths: unknown): readonly string[] {
  if (!Array.isArray(paths)) return [checkPath(operator, paths)]
  if (paths.length === 0) {
    const message = `${operator} was given an empty list of files`
    throw invalidArgument(operator, message, 'pass at least one path')
  }
  return paths.map((path) => checkPath(operator, path))
}
