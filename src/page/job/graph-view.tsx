import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { isFull, isHeldBack, queueBefore } from '../../runtime/metrics/pressure.ts'
import { formatCompact, formatCount, formatRate, formatShare } from '../format/format.ts'
import { isActive } from '../../job/job-status.ts'
import type { LiveProgress, NodeRate } from '../job-list/job-progress.ts'
import { ActivityBar, ActivityLegend, ActivityStripes } from './activity-bar.tsx'
import { GraphFrame } from './graph-frame.tsx'
import { NODE_HEIGHT, NODE_WIDTH, placeGraph, SHORT_NODE_HEIGHT, smoothPath } from './graph-layout.ts'
import {
  bottleneck,
  busiest,
  edgesOf,
  type GraphEdge,
  rateOver,
  slowestBehind,
  weightOf,
} from './graph-shape.ts'
import { type Shares, type SharesByKey, wordsOf } from './shares.ts'

type Node = LiveProgress['progress']['nodes'][number]

interface GraphViewProps {
  readonly live: LiveProgress
  /** Whether the figures are of now. */
  readonly isLive: boolean
  readonly chosen: string | null
  readonly onChoose: (node: string | null) => void
}

/** The operators of a job, and what goes from one to the other. */
export function GraphView({ live, isLive, chosen, onChoose }: GraphViewProps): JSX.Element {
  const { progress, nodeRates } = live
  const edges = edgesOf(progress)
  const shape = progress.nodes.map(({ id, inputs }) => `${id}<${inputs.join()}`).join(' ')
  const direction = matchMedia('(max-width: 700px)').matches ? 'TB' : 'LR'
  // Of a job that is over there is nothing to tell about now.
  const height = isActive(progress.status) ? NODE_HEIGHT : SHORT_NODE_HEIGHT
  const placed = useMemo(
    () => placeGraph({ nodes: progress.nodes, edges }, direction, height),
    [shape, direction, height],
  )
  const rates = isLive ? nodeRates : {}
  const highest = Math.max(1, ...edges.map((edge) => rateOver(edge, rates)))
  const shares = isLive ? live.shares : {}
  return (
    <div class="graph">
      {isLive ? <Bottleneck nodes={progress.nodes} edges={progress.edges} shares={shares} /> : null}
      <GraphFrame
        width={placed.width}
        height={placed.height}
        start={placed.nodes.get(progress.nodes[0]?.id ?? '') ?? { x: 0, y: 0 }}
      >
        <defs>
          <ActivityStripes />
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8Z" class="arrow" />
          </marker>
        </defs>
        {edges.map((edge) => (
          <EdgeLine
            key={`${edge.from}>${edge.to}`}
            edge={edge}
            points={placed.edges.get(`${edge.from}>${edge.to}`) ?? []}
            weight={weightOf(rateOver(edge, rates), highest)}
          />
        ))}
        {progress.nodes.map((node) => (
          <NodeBox
            key={node.id}
            node={node}
            at={placed.nodes.get(node.id)!}
            height={height}
            rate={rates[node.id] ?? null}
            queue={isLive ? queueBefore(node.id, progress.edges) : null}
            shares={shares[node.id] ?? null}
            isHeldBack={isLive && isHeldBack(node.id, progress.edges)}
            isChosen={chosen === node.id}
            onChoose={() => onChoose(chosen === node.id ? null : node.id)}
          />
        ))}
      </GraphFrame>
      {Object.keys(shares).length === 0 ? null : <ActivityLegend />}
    </div>
  )
}

interface EdgeLineProps {
  readonly edge: GraphEdge
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly weight: number
}

function EdgeLine({ edge, points, weight }: EdgeLineProps): JSX.Element {
  const isHolding = edge.metrics !== null && isFull(edge.metrics)
  return (
    <path
      class={isHolding ? 'edge full' : 'edge'}
      d={smoothPath(points)}
      stroke-width={1.5 + 3 * weight}
      marker-end="url(#arrow)"
    />
  )
}

interface NodeBoxProps {
  readonly node: Node
  readonly at: { readonly x: number; readonly y: number }
  readonly height: number
  readonly rate: NodeRate | null
  readonly queue: number | null
  readonly shares: Shares | null
  readonly isHeldBack: boolean
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function NodeBox(props: NodeBoxProps): JSX.Element {
  const { node, at, height, rate, queue, shares, isHeldBack, isChosen, onChoose } = props
  const { name, kind, parallelism, errors, deadLettered } = node
  // A record that is given up is an error too.
  const trouble = Math.max(errors, deadLettered)
  const more = [
    ...(queue === null ? [] : [`queue ${formatShare(queue)} full`]),
    ...(isHeldBack ? ['held back'] : []),
    ...(shares === null ? [] : [wordsOf(shares)]),
    ...(errors === 0 ? [] : [`${formatCount(errors)} errors`]),
    ...(deadLettered === 0 ? [] : [`${formatCount(deadLettered)} dead letters`]),
  ].join(', ')
  const classes = ['node', isHeldBack ? 'held' : '', trouble > 0 ? 'troubled' : '', isChosen ? 'chosen' : '']
  return (
    <g
      class={classes.join(' ')}
      transform={`translate(${at.x - NODE_WIDTH / 2} ${at.y - height / 2})`}
      role="button"
      // Attributes of SVG are told apart by case.
      tabindex={0}
      aria-description={more}
      aria-pressed={isChosen}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onChoose()
      }}
    >
      <rect class="box" width={NODE_WIDTH} height={height} rx="8" />
      {cut(name, 20) === name ? null : <title>{name}</title>}
      <text class="node-name" x="12" y="22">
        {cut(name, trouble > 0 ? 15 : 20)}
      </text>
      <text class="node-kind" x="12" y="39">
        {parallelism === 1 ? kind : `${kind} ×${parallelism}`}
      </text>
      {rate === null ? null : (
        <text class="node-kind end" x={NODE_WIDTH - 12} y="39">
          {formatCompact(kind === 'source' ? node.out : node.in)} total
        </text>
      )}
      {kind === 'source' ? null : (
        <text class="node-figure" x="12" y="58">
          {rate === null ? formatCompact(node.in) : formatRate(rate.in)} <tspan class="node-way">in</tspan>
        </text>
      )}
      {kind === 'sink' ? null : (
        <text class="node-figure end" x={NODE_WIDTH - 12} y="58">
          {rate === null ? formatCompact(node.out) : formatRate(rate.out)} <tspan class="node-way">out</tspan>
        </text>
      )}
      {trouble > 0 ? (
        <text class="node-trouble end" x={NODE_WIDTH - 12} y="22">
          ⚠ {formatCompact(trouble)}
        </text>
      ) : null}
      {queue === null ? null : (
        <>
          <rect class="queue" x="12" y="68" width={NODE_WIDTH - 24} height="6" rx="3" />
          <rect
            class={isFull({ fill: queue }) ? 'queue-fill full' : 'queue-fill'}
            x="12"
            y="68"
            width={(NODE_WIDTH - 24) * queue}
            height="6"
            rx="3"
          />
        </>
      )}
      {shares === null ? null : <ActivityBar shares={shares} x={12} y={80} width={NODE_WIDTH - 24} />}
    </g>
  )
}

function Bottleneck(props: {
  readonly nodes: readonly Node[]
  readonly edges: LiveProgress['progress']['edges']
  readonly shares: SharesByKey
}): JSX.Element {
  const found = bottleneck(props.nodes, props.edges)
  const busy = busiest(props.nodes, props.shares)
  if (found === null && busy !== null) {
    return (
      <p class="bottleneck held">
        <strong>{busy.name}</strong> is the slowest: it is busy nearly all the time.
      </p>
    )
  }
  if (found === null) {
    return <p class="bottleneck faint">No queue is full: the sources give no more than the rest can take.</p>
  }
  const { node, waiting } = found
  const slowest = slowestBehind(node, props.nodes, props.shares)
  if (slowest !== node) {
    return (
      <p class="bottleneck held">
        <strong>{slowest.name}</strong> is the slowest: it holds back {node.name}, whose queue is full.
      </p>
    )
  }
  return (
    <p class="bottleneck held">
      <strong>{node.name}</strong> is the slowest: its queue is full
      {waiting.length === 0
        ? '.'
        : `, and ${waiting.map(({ name }) => name).join(' and ')} ${waiting.length === 1 ? 'waits' : 'wait'} for it.`}
    </p>
  )
}

const cut = (text: string, most: number): string => {
  const points = [...text]
  return points.length <= most ? text : `${points.slice(0, most - 1).join('')}…`
}
