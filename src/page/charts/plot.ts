// Before uPlot, which fails where the language is not in order.
import { axisTime } from './times.ts'
import uPlot from 'uplot'
import { type ChartData, lineOf } from './chart-data.ts'
import type { ChartKind, ChartLine } from './chart-kinds.ts'

const HEIGHT = 170
const FONT = '11px system-ui, sans-serif'
/** Fewer points than this are shown as dots, too: a line needs two. */
const FEW = 40
/** Pixels that a dot has at least, where a line has dots. */
const DOT_SPACE = 9

/** Of the style sheet, as it is now: it changes with the theme. */
const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** Draws a chart into an element; it is drawn anew with `setData`, `setSize` and `redraw`. */
export function plot(
  into: HTMLElement,
  kind: ChartKind,
  restarts: () => readonly number[],
  onMove: (time: number) => void,
): uPlot {
  const axis = { stroke: () => color('--faint'), font: FONT, ticks: { show: false } } as const
  const grid = { stroke: () => color('--line'), width: 1 }
  const options: uPlot.Options = {
    width: Math.max(1, into.clientWidth),
    height: HEIGHT,
    padding: [10, 14, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 7 } },
    scales: {
      x: { time: true, range: (_, min, max) => [min, Math.max(max, min + 1)] },
      y: { range: (_, _min, max) => [0, Math.max(kind.least, (max ?? 0) * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: 64,
        values: (_, splits, _axis, _space, step) => splits.map((time) => axisTime(time, step)),
      },
      {
        ...axis,
        grid,
        size: 64,
        space: 36,
        values: (_, splits) => splits.map((value) => kind.format(value)),
      },
    ],
    series: [{}, ...kind.lines.map(seriesOf)],
    hooks: {
      setCursor: [
        ({ cursor: { idx }, data: [times] }) => {
          if (typeof idx === 'number') onMove(times[idx]!)
        },
      ],
      draw: [(self) => drawRestarts(self, restarts())],
    },
  }
  return new uPlot(options, [[], ...kind.lines.map(() => [])], into)
}

function seriesOf({ name, color: from, look }: ChartLine): uPlot.Series {
  const dots = look === 'dots'
  return {
    label: name,
    stroke: () => color(from),
    width: dots ? 1 : 1.5,
    ...(look === 'dashed' && { dash: [6, 4] }),
    ...(look === 'dotted' && { dash: [2, 3] }),
    spanGaps: dots,
    points: {
      show: (self, index) => countOf(self.data[index]!) < (dots ? self.width / DOT_SPACE : FEW),
      size: dots ? 6 : 4,
      fill: () => color(from),
    },
  }
}

const countOf = (values: ArrayLike<number | null | undefined>): number =>
  Array.from(values).filter((value) => typeof value === 'number').length

/** Lines from top to bottom. */
function drawRestarts(drawn: uPlot, times: readonly number[]): void {
  const { ctx, bbox } = drawn
  ctx.save()
  ctx.strokeStyle = color('--bad')
  ctx.globalAlpha = 0.7
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
  for (const time of times) {
    const x = Math.round(drawn.valToPos(time, 'x', true))
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}

export const dataOf = (kind: ChartKind, data: ChartData): uPlot.AlignedData => [
  [...data.times],
  ...kind.lines.map((line) => lineOf(data, line)),
]

export const resized = (drawn: uPlot, width: number): void =>
  drawn.setSize({ width: Math.max(1, width), height: HEIGHT })
