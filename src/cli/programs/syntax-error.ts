import type { BuildFailure } from 'esbuild'
import { resolve } from 'node:path'
import type { DefinitionSite } from '../../errors/definition-site.ts'
import { buildProgram } from './program-inputs.ts'

/** What is wrong with a program that no engine reads, and where: an import that leads nowhere counts as well. */
export interface SyntaxProblem {
  readonly text: string
  readonly site: DefinitionSite
}

/** As the loader of TypeScript tells it: `/a/b.ts:2:10: ERROR: Unexpected "="`. */
export function problemOf(message: string): SyntaxProblem | null {
  const [, file, line, column, text] = /^(.+):(\d+):(\d+): ERROR: (.+)$/m.exec(message) ?? []
  if (file === undefined || text === undefined) return null
  return { text, site: { file, line: Number(line), column: Number(column) + 1 } }
}

/** Node tells neither file nor line to anybody but who reads its output. Null: nothing is wrong of that kind. */
export async function findSyntaxProblem(path: string): Promise<SyntaxProblem | null> {
  try {
    await buildProgram(path)
    return null
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>
    for (const { text, location } of errors) {
      if (location === null) continue
      const { file, line, column } = location
      return { text, site: { file: resolve(path, '..', file), line, column: column + 1 } }
    }
    return null
  }
}
