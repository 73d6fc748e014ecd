import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const testFile = /\.(?:test|spec)\.[cm]?[jt]sx?$/

/** Where no test of a project is: what is installed, built or hidden. */
const leftOut = /^(?:node_modules|dist|build|coverage|\..*)$/

/**
 * Paths of the test files below a folder, in order, of which each filter is a part of; all where there are none. Links
 * are not followed.
 */
export function findTestFiles(folder: string, filters: readonly string[]): readonly string[] {
  const found: string[] = []
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory() && !leftOut.test(entry.name)) visit(inner)
      else if (entry.isFile() && testFile.test(entry.name)) found.push(inner)
    }
  }
  visit('')
  const wanted = filters.map((filter) => filter.replaceAll('\\', '/').replace(/^\.\//, ''))
  return found.filter((file) => wanted.length === 0 || wanted.some((filter) => file.includes(filter))).sort()
}
