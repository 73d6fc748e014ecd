import { STATE, type StateDescriptor, type StateDescriptors } from '../../../functions/state-descriptors.ts'
import type { StageState } from '../stage-state.ts'
import type { KeyedCall } from './keyed-table.ts'
import { ListHandle } from './list-handle.ts'
import { type KeptList, ListTable } from './list-table.ts'
import { MapHandle } from './map-handle.ts'
import { type KeptMap, MapTable } from './map-table.ts'
import { ReducingHandle } from './reducing-handle.ts'
import { type StateClock, TimeToLive } from './time-to-live.ts'
import { ValueHandle } from './value-handle.ts'
import { type KeptValue, ValueTable } from './value-table.ts'

/** Makes the handle of one call. */
type Handles = (call: KeyedCall) => unknown

/**
 * Makes the tables of a stage whose function declares state.
 * @returns what makes `ctx.state` for a call, or for calls that follow each other in one context.
 */
export function declareState(
  descriptors: StateDescriptors,
  state: StageState,
  clock: StateClock,
  now: () => number,
): (call: KeyedCall) => Readonly<Record<string, unknown>> {
  const handles = Object.entries(descriptors).map(
    ([name, descriptor]) => [name, handlesOf(name, descriptor, state, clock, now)] as const,
  )
  return (call) => Object.fromEntries(handles.map(([name, handle]) => [name, handle(call)]))
}

function handlesOf(
  name: string,
  descriptor: StateDescriptor,
  state: StageState,
  clock: StateClock,
  now: () => number,
): Handles {
  const { [STATE]: kind, migrate, version } = descriptor
  const ttl = descriptor.ttl === null ? null : new TimeToLive(descriptor.ttl, clock, now)
  const options = (each: (kept: never, change: (old: unknown) => unknown) => unknown): object => ({
    version,
    ...(migrate === null
      ? {}
      : { migrate: (kept: never, from: number) => each(kept, (old) => migrate(old, from)) }),
  })
  // A prefix keeps the names of users apart from those of the stage itself.
  const tableName = `state.${name}`
  switch (kind.kind) {
    case 'value':
    case 'reducing': {
      const migrated = (kept: KeptValue, change: (old: unknown) => unknown): KeptValue => ({
        value: change(kept.value),
        at: kept.at,
      })
      const table = new ValueTable(state.table<KeptValue>(tableName, options(migrated)), ttl)
      return kind.kind === 'value'
        ? (call) => new ValueHandle(table, kind.initial, call)
        : (call) => new ReducingHandle(table, kind.reduce, call)
    }
    case 'list': {
      const migrated = (kept: KeptList, change: (old: unknown) => unknown): KeptList => ({
        items: kept.items.map((item) => change(item)),
        at: kept.at,
      })
      const table = new ListTable(state.table<KeptList>(tableName, options(migrated)), ttl)
      return (call) => new ListHandle(table, call)
    }
    case 'map': {
      const migrated = (kept: KeptMap, change: (old: unknown) => unknown): KeptMap => ({
        entries: new Map([...kept.entries].map(([name, value]) => [name, change(value)])),
        at: kept.at,
      })
      const table = new MapTable(state.table<KeptMap>(tableName, options(migrated)), ttl)
      return (call) => new MapHandle(table, call)
    }
  }
}
