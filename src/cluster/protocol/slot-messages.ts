import type { PortableError } from '../../errors/portable-error.ts'
import type { SeatOrder } from '../../environment/seat/seat-order.ts'
import type { PartNews, PartOrder } from './heartbeat.ts'

/** What a program that is loaded in a slot is there for. As node:v8 writes it. */
export interface SlotOrder extends SeatOrder {
  readonly job: string
  readonly worker: string
  readonly slot: number
  /** Where the engine is, as the worker reaches it. */
  readonly address: string
  /** As the job compiles. */
  readonly parallelism: number
}

/** From a worker to the process of a slot. */
export type SlotCommand =
  /** `number` grows with each. */
  | { readonly type: 'order'; readonly number: number; readonly order: PartOrder }
  /** Let go of all, and end. */
  | { readonly type: 'end' }

/** From the process of a slot to its worker. */
export type SlotNews =
  /** It has come to its submit, and does what it is told. */
  | { readonly type: 'seated' }
  /** It cannot take part, or not any more. */
  | { readonly type: 'refused'; readonly error: PortableError }
  /** Whenever something has changed, and a few times a second. `heeded`: number of the last order that it has heeded. */
  | {
      readonly type: 'news'
      readonly heeded: number
      readonly news: Pick<PartNews, 'regions' | 'services'>
    }
