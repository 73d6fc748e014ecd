/** What a document takes for granted: it is put in front of its blocks, and compiled with them. */
export interface Preamble {
  /** Of fragments, which import nothing themselves. */
  readonly fragment: string
  /** Of blocks that have imports of their own. */
  readonly program: string
}

const general = `
import { createReadStream } from 'node:fs'
import { auditTime, type Observable, pairwise, throttleTime } from 'rxjs'
import { z } from 'zod'
import {
  type BaseEnvironment, type DataStream, END, type JobFailedError, LocalEnvironment, type RecordContext,
} from 'millrace'

interface Item { readonly name: string }
interface Order {
  readonly id: string
  readonly customer: string
  readonly price: number
  readonly items: readonly Item[]
  readonly done: boolean
}
const Order = z.object({ id: z.string(), price: z.number() })
interface Customer { readonly name: string; readonly city: string }
declare class Rates { toEuro(amount: number, currency: string): number }

declare const env: LocalEnvironment<{ rates: Rates }>
declare const orders: DataStream<Order>
declare const returns: DataStream<Order>
declare const customers: DataStream<Customer>
declare const clicks: Observable<string>
declare function readLines(file: string): AsyncIterable<string>
declare function poll(signal: AbortSignal): Promise<string | undefined>
declare function fetchDetails(id: string): Promise<string>
declare function insert(orders: readonly Order[]): Promise<void>
declare function charge(order: Order): Promise<string>
declare function attempt(order: Order): Order
declare function store(order: Order): void
`

/** Whichever test runner the reader has. */
const anyRunner = 'declare function test(name: string, body: () => unknown): void'

const testing = `
import { faultPlan, marbles, type TestEnvironment } from 'millrace/testing'

interface Order { readonly id: number }
declare const env: TestEnvironment
declare const orders: readonly Order[]
declare function ship(order: Order): Promise<string>
`

const connectors = `
interface Order { readonly id: number; readonly price: number }
declare const env: import('millrace').LocalEnvironment
declare const orders: import('millrace').DataStream<Order>
declare const token: string
declare function log(message: string): void
`

const eventTime = `
import {
  anyOf, boundedOutOfOrderness, type DataStream, early, globalWindow, type LocalEnvironment, onCount, purging, session,
  sliding, tumbling,
} from 'millrace'

interface Order { readonly id: number }
interface View { readonly at: number; readonly user: string }
declare const env: LocalEnvironment
declare const orders: DataStream<Order>
declare const log: readonly View[]
declare const views: DataStream<View>
`

const remote = `
import { LocalEnvironment, RemoteEnvironment } from 'millrace'

declare class Rates { toEuro(amount: number): number }
declare function openWorkspace(): { cleanup(): Promise<void> }
`

const preambles: Readonly<Record<string, Preamble>> = {
  'docs/testing.md': { fragment: testing, program: anyRunner },
  'docs/event-time.md': { fragment: eventTime, program: '' },
  'docs/remote.md': { fragment: remote, program: '' },
  'docs/connectors.md': { fragment: connectors, program: connectors },
}

export function preambleOf(document: string): Preamble {
  return preambles[document] ?? { fragment: general, program: '' }
}
