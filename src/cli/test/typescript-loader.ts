import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

/**
 * Options for node so that it runs TypeScript: the loader that a project has installed. Without one a Node that reads
 * TypeScript by itself needs none, and undefined says that there is no way.
 */
export function typescriptLoader(folder: string): readonly string[] | undefined {
  try {
    const loader = createRequire(join(folder, 'package.json')).resolve('tsx')
    return ['--import', pathToFileURL(loader).href]
  } catch {
    return (process.features as { typescript?: unknown }).typescript ? [] : undefined
  }
}
