import { type Observable, Subject, type Subscription } from 'rxjs'
import type { PipeBuilder } from '../../functions/pipe-context.ts'
import type { PipeNode } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import type { Outputs, Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/**
 * The user's own RxJS operators: one chain per subtask, fed record by record. What it emits waits in a queue that is
 * emptied before the chain is given another record; what the chain itself holds back is the user's affair.
 */
export function pipeStage(node: PipeNode, builder: unknown, env: StageEnvironment): Stage {
  const { waker } = env
  const input = new Subject<unknown>()
  let queue: unknown[] = []
  let failure: { readonly error: unknown } | null = null
  let completed = false
  let ending = false
  let subscription: Subscription | null = null
  let changed: (() => void) | null = null

  const notice = (): void => {
    changed?.()
    changed = null
    if (feeding) return
    stage.due = true
    waker.wake()
  }
  let feeding = false

  const take = (): Outputs => {
    if (queue.length > 0) {
      const taken = queue
      queue = []
      // The chain has failed behind what it emitted: that is told next, and waits for no further record.
      stage.due = failure !== null
      return taken
    }
    stage.due = false
    if (failure === null) return undefined
    const { error } = failure
    failure = null
    throw error
  }

  const stage: Stage & { due: boolean; finished: boolean } = {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    context: new CallContext(env.scope),
    due: false,
    finished: false,
    open: () => {
      const operators = (builder as PipeBuilder)(env.pipeContext)
      const chain = operators.reduce<Observable<unknown>>(
        (source, operator) => operator(source),
        input.asObservable(),
      )
      feeding = true
      subscription = chain.subscribe({
        next: (value) => {
          queue.push(value)
          notice()
        },
        error: (error: unknown) => {
          failure = { error }
          completed = true
          notice()
        },
        complete: () => {
          completed = true
          stage.finished = !ending
          notice()
        },
      })
      feeding = false
      stage.due = queue.length > 0 || failure !== null
    },
    call: (value) => {
      feeding = true
      input.next(value)
      feeding = false
      return take()
    },
    poll: take,
    end: async (): Promise<Outputs> => {
      feeding = true
      if (!ending) {
        ending = true
        input.complete()
      }
      const { signal } = env.scope
      signal.addEventListener('abort', notice, { once: true })
      while (queue.length === 0 && failure === null && !completed && !signal.aborted) {
        await new Promise<void>((resolve) => (changed = resolve))
      }
      return take()
    },
    close: () => subscription?.unsubscribe(),
  }
  return stage
}
