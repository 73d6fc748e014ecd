import { captureSite } from '../errors/definition-site.ts'
import { deepFreeze } from '../util/deep-freeze.ts'
import { checkName, checkOptions } from './check-options.ts'
import { checkState } from './check-state.ts'
import { invalidArgument } from './invalid-argument.ts'
import { addLazySite } from './lazy-site.ts'
import type { NodeDraft, NodeOptions } from './node-draft.ts'
import { idAt, positionOf } from './node-position.ts'
import type { OptionNames } from './option-names.ts'
import type { FunctionTable, PipelineGraph } from './pipeline-graph.ts'
import type { Transformation, TransformationKind } from './transformation.ts'

/** The deepest way from an operator of ours to `add`, and one frame more: the user's call. */
const FRAMES = 8

/**
 * Records a pipeline. Nodes are only ever appended, and what refers to a node refers to one recorded before it, so
 * the graph is in topological order but for futures. The same program records the same ids everywhere.
 */
export class GraphBuilder {
  /** As of the last snapshot: one per snapshot, as one per node would make recording quadratic. */
  #graph: PipelineGraph
  readonly #nodes: Transformation[] = []
  readonly #services: string[] = []
  #changed = false
  readonly #functions = new Map<string, unknown>()
  readonly #numbers = new Map<TransformationKind, number>()
  readonly #uids = new Map<string, string>()

  /** @throws InvalidArgumentError when the name is empty. */
  constructor(name: string) {
    this.#graph = deepFreeze({ name: checkName('environment', 'name', name), nodes: [], services: [] })
  }

  get name(): string {
    return this.#graph.name
  }

  /** What users handed over, by node id. Grows with the graph; never frozen. */
  get functions(): FunctionTable {
    return this.#functions
  }

  /** The graph so far: a frozen snapshot that later calls do not change. */
  graph(): PipelineGraph {
    if (this.#changed) {
      this.#changed = false
      this.#graph = deepFreeze({ name: this.name, nodes: [...this.#nodes], services: [...this.#services] })
    }
    return this.#graph
  }

  /** @throws RangeError when there is no such node. */
  node(id: string): Transformation {
    const node = this.#nodes[positionOf(id)]
    if (node?.id !== id) throw new RangeError(`there is no node ${id} in ${this.name}`)
    return node
  }

  /**
   * Appends a node and returns its id. `userFunction` goes to the function table, untouched. `own` names the options
   * that only this operator has, and whose values the caller has checked.
   * @throws InvalidArgumentError when an option is not known or can never work, or the uid is taken; nothing is
   * recorded then.
   */
  add(draft: NodeDraft, options: NodeOptions | undefined, userFunction?: unknown, own?: OptionNames): string {
    const number = (this.#numbers.get(draft.kind) ?? 0) + 1
    const checked = checkOptions(draft.kind, `${draft.kind}-${number}`, options, own)
    this.#checkUid(checked.name, checked.uid)
    checkState(draft, checked, userFunction)

    const id = idAt(this.#nodes.length)
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it names frames, and is not called
    const tell = captureSite(this.add, FRAMES)
    this.#nodes.push(frozen(addLazySite({ id, ...draft, ...checked } as Transformation, tell)))
    this.#changed = true
    this.#numbers.set(draft.kind, number)
    if (checked.uid !== undefined) this.#uids.set(checked.uid, checked.name)
    if (userFunction !== undefined) this.#functions.set(id, userFunction)
    return id
  }

  /**
   * Makes `inputId` the stream that comes back at the future.
   * @throws InvalidArgumentError when the future has one already.
   */
  connectFuture(futureId: string, inputId: string): void {
    const future = this.node(futureId)
    if (future.kind !== 'future') throw new RangeError(`${futureId} is no future`)
    if (future.inputs.length > 0) {
      throw invalidArgument(
        future.name,
        `the future "${future.name}" is filled already, by "${this.node(future.inputs[0]!).name}"`,
        'unite the streams and call fillFuture once, or make a second future',
      )
    }
    // A copy asks for the site, and keeps it.
    this.#nodes[positionOf(futureId)] = deepFreeze({ ...future, inputs: [inputId] })
    this.#changed = true
  }

  /** @throws InvalidArgumentError when the name is empty or taken. */
  addService(name: string): void {
    checkName(`service ${String(name)}`, 'the name of a service', name)
    if (this.#services.includes(name)) {
      throw invalidArgument(
        name,
        `a service named "${name}" is registered already in environment "${this.name}"`,
        'give each service a name of its own',
      )
    }
    this.#services.push(name)
    this.#changed = true
  }

  #checkUid(operator: string, uid: string | undefined): void {
    const holder = uid === undefined ? undefined : this.#uids.get(uid)
    if (holder === undefined) return
    throw invalidArgument(
      operator,
      `the uid "${uid}" belongs to "${holder}" already`,
      'give each operator a uid of its own: it names the state of one operator',
    )
  }
}

/** All of it but the site, which is not asked for. */
function frozen(node: Transformation): Transformation {
  for (const key in node) {
    if (key === 'site') continue
    const part: unknown = node[key as keyof Transformation]
    if (typeof part === 'object') deepFreeze(part)
  }
  return Object.freeze(node)
}
