import { InvalidGraphError } from '../errors/invalid-graph-error.ts'
import type { Transformation } from './transformation.ts'

/** An InvalidGraphError that names a node and the line where it was created. */
export function invalidGraph(node: Transformation, message: string, remedy: string): InvalidGraphError {
  return new InvalidGraphError(message, { operator: node.name, site: node.site, remedy })
}
