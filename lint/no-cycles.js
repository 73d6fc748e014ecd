// Finds files of src that import each other in a circle. `import type` and `export type` are erased and do not count.
//
//   node lint/no-cycles.js

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/**
 * The relative modules that a file loads when it runs.
 *
 * @param {string} file
 * @param {string} text
 * @returns {string[]}
 */
const runtimeImports = (file, text) => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  return source.statements.flatMap((statement) => {
    const erased =
      (ts.isImportDeclaration(statement) &&
        statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) ||
      (ts.isExportDeclaration(statement) && statement.isTypeOnly)
    const specifier =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
        ? statement.moduleSpecifier
        : undefined
    if (erased || specifier === undefined || !ts.isStringLiteral(specifier)) return []
    return specifier.text.startsWith('.') ? [path.resolve(path.dirname(file), specifier.text)] : []
  })
}

/**
 * @param {string} folder
 * @returns {Map<string, string[]>} every file of the folder with the files it loads
 */
const importGraph = (folder) => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.resolve(folder, file))
  return new Map(files.map((file) => [file, runtimeImports(file, readFileSync(file, 'utf8'))]))
}

/**
 * One circle for each place where the search meets a file that it has not yet left.
 *
 * @param {string} folder
 * @returns {string[][]} paths relative to the folder; the first file of a circle is also its last
 */
export const findCycles = (folder) => {
  const graph = importGraph(folder)
  /** @type {Set<string>} */
  const finished = new Set()
  /** @type {string[]} */
  const trail = []
  /** @type {string[][]} */
  const cycles = []

  /** @param {string} file */
  const visit = (file) => {
    if (finished.has(file)) return
    const start = trail.indexOf(file)
    if (start >= 0) {
      cycles.push([...trail.slice(start), file].map((step) => path.relative(folder, step)))
      return
    }
    trail.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    trail.pop()
    finished.add(file)
  }

  for (const file of graph.keys()) visit(file)
  return cycles
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../src', import.meta.url))
  const cycles = existsSync(folder) ? findCycles(folder) : []
  for (const cycle of cycles) console.error(`import cycle: ${cycle.join(' -> ')}`)
  process.exitCode = cycles.length > 0 ? 1 : 0
}
