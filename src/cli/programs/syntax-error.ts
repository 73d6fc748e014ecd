import type { BuildFailure } from 'esbuild'
import { resolve } from 'node:path'
import type { DefinitionSite } from '../../errors/definition-site.ts'
import { buildProgram } from './program-inputs.ts'

/** What is wrong with a program that no engine reads, and where: an import that leads nowhere counts as well. */
export interface SyntaxProblem {
  readonly text: string
  readonly site: DefinitionSite
}

/** Node tells neither file nor line to anybody but who reads its output. Null: nothing is wrong of that kind. */
export async function findSyntaxProblem(path: string): Promise<SyntaxProblem | null> {
  try {
    await buildProgram(path)
    return null
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>
    const found = errors.find(({ location }) => location !== null)
    if (found?.location == null) return null
    const { file, line, column } = found.location
    return { text: found.text, site: { file: resolve(path, '..', file), line, column: column + 1 } }
  }
}
