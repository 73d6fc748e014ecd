/** The id of the node that is recorded at this position. The same program records the same ids everywhere. */
export function idAt(position: number): string {
  return `n${position}`
}

/** Where the node of that id was recorded, if it is one that a builder gave; look whether it is there. */
export function positionOf(id: string): number {
  return Number(id.slice(1))
}
