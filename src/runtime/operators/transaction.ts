import type { TransactionalSink } from '../../functions/user-functions.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Output that is ready, and is to be made visible when that checkpoint is safe. */
interface Prepared {
  readonly checkpoint: number
  readonly handle: unknown
}

/** The hooks of a sink whose output becomes visible with checkpoints; none for other sinks. */
export function transaction(
  instance: unknown,
  open: Stage['open'],
  env: StageEnvironment,
): Pick<Stage, 'open' | 'barrier' | 'committed'> {
  if (!isTransactional(instance)) return {}
  /** As many as there are checkpoints under way: one, and those given up since the last that was safe. */
  let prepared: Prepared[] = []
  env.state.value('prepared', {
    save: () => (prepared.length === 0 ? undefined : prepared.map(({ handle }) => handle)),
    load: (saved) => {
      prepared = (saved as unknown[]).map((handle) => ({ checkpoint: -1, handle }))
    },
    redeal: (saved, index) => (index === 0 ? saved.flat() : undefined),
  })
  return {
    open: async () => {
      await open?.()
      const handles = prepared.map(({ handle }) => handle)
      prepared = []
      await instance.recover(handles)
    },
    barrier: async (checkpoint) => {
      const handle = await instance.prepare()
      if (handle !== undefined) prepared.push({ checkpoint, handle })
    },
    committed: async (checkpoint) => {
      for (let next; (next = prepared[0]) !== undefined && next.checkpoint <= checkpoint; prepared.shift()) {
        await instance.commit(next.handle)
      }
    },
  }
}

function isTransactional(instance: unknown): instance is TransactionalSink<unknown, unknown> {
  const { prepare, commit, recover } = Object(instance) as Partial<TransactionalSink<unknown, unknown>>
  return typeof prepare === 'function' && typeof commit === 'function' && typeof recover === 'function'
}
