import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What makes node run TypeScript, for its `--import`: what a project has installed for that, or else ours. */
export function typescriptLoader(folder: string): string {
  try {
    return pathToFileURL(createRequire(join(folder, 'package.json')).resolve('tsx')).href
  } catch {
    return import.meta.resolve('tsx')
  }
}
