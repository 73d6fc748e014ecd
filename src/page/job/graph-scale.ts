interface Size {
  readonly width: number
  readonly height: number
}

/** Text is drawn no larger than so many times its size, and no smaller unless all is to be seen. */
const LARGEST = 1.6
const SMALLEST = 0.75

/** How large a graph is drawn. @param isWhole whether all of it is to be seen, however small */
export function scaleOf(graph: Size, room: Size, isWhole: boolean): number {
  if (room.width <= 0 || graph.width <= 0 || graph.height <= 0) return 1
  const across = room.width / graph.width
  const down = room.height / graph.height
  if (isWhole) return Math.min(1, across, down)
  if (across < SMALLEST) return 1
  return across < 1 ? across : Math.max(1, Math.min(across, down, LARGEST))
}
