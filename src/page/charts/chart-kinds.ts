import type { HistoryPoint } from '../../protocol/job-history.ts'
import { briefDuration } from '../../util/brief-duration.ts'
import { formatBytes, formatRate } from '../format/format.ts'

/** A line of a chart. Its colour is never all that tells it from the others: they are dashed or dotted, or have dots. */
export interface ChartLine {
  readonly name: string
  readonly value: (point: HistoryPoint) => number | null
  /** Of the style sheet. */
  readonly color: '--run' | '--warn' | '--accent'
  readonly look: 'solid' | 'dashed' | 'dotted' | 'dots'
}

/** What a chart shows. */
export interface ChartKind {
  readonly id: string
  readonly title: string
  readonly format: (value: number) => string
  /** Up to where it goes at least. */
  readonly least: number
  readonly lines: readonly ChartLine[]
}

const seconds = (value: number): string => briefDuration(value * 1000)

const percent = (share: number): string => `${Math.round(share * 100)} %`

export const chartKinds: readonly ChartKind[] = [
  {
    id: 'throughput',
    title: 'Throughput of records',
    format: formatRate,
    least: 1,
    lines: [
      { name: 'Read', value: ({ read }) => read, color: '--run', look: 'solid' },
      { name: 'Written', value: ({ written }) => written, color: '--warn', look: 'dashed' },
    ],
  },
  {
    id: 'memory',
    title: 'Memory',
    format: formatBytes,
    least: 1_000_000,
    lines: [
      { name: 'Process', value: ({ rssBytes }) => rssBytes, color: '--run', look: 'solid' },
      { name: 'Heap', value: ({ heapBytes }) => heapBytes, color: '--warn', look: 'dashed' },
    ],
  },
  {
    id: 'load',
    title: 'Processor and queue',
    format: percent,
    least: 1,
    lines: [
      { name: 'Of a core', value: ({ cpu }) => cpu, color: '--run', look: 'solid' },
      { name: 'Fullest queue', value: ({ queueFill }) => queueFill, color: '--warn', look: 'dashed' },
    ],
  },
  {
    id: 'checkpoints',
    title: 'Checkpoint size',
    format: formatBytes,
    least: 1000,
    lines: [
      {
        name: 'Largest checkpoint',
        value: ({ checkpointBytes }) => checkpointBytes,
        color: '--accent',
        look: 'dots',
      },
    ],
  },
  {
    id: 'checkpoint-duration',
    title: 'Checkpoint duration',
    format: seconds,
    least: 0.01,
    lines: [
      {
        name: 'Slowest checkpoint',
        value: ({ checkpointSeconds }) => checkpointSeconds,
        color: '--accent',
        look: 'dots',
      },
    ],
  },
  {
    id: 'latency',
    title: 'Latency of records',
    format: seconds,
    least: 0.001,
    lines: [
      { name: 'p50 latency', value: ({ latency }) => latency?.p50 ?? null, color: '--run', look: 'solid' },
      {
        name: 'p95 latency',
        value: ({ latency }) => latency?.p95 ?? null,
        color: '--accent',
        look: 'dotted',
      },
      { name: 'p99 latency', value: ({ latency }) => latency?.p99 ?? null, color: '--warn', look: 'dashed' },
    ],
  },
]
