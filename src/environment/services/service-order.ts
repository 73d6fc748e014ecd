import type { SeatOrder } from '../seat/seat-order.ts'

/** What a program that was loaded once more in a process of its own is there for: to host a service of the job. */
export interface ServiceOrder extends SeatOrder {
  readonly service: string
}
