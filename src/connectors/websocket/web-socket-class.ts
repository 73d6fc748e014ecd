import { loadPeer } from '../../util/load-peer.ts'

/** A message, as it is sent and as it arrives. */
export type WebSocketMessage = string | Uint8Array

/** What is used of a WebSocket: that of the platform, and of `ws` what it can do besides. */
export interface WebSocketLike {
  binaryType: string
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: string, listener: (event: never) => void): void
  /** Stops reading, so that the server has to wait. */
  pause?(): void
  resume?(): void
  ping?(): void
  on?(event: 'pong', listener: () => void): unknown
  /** Drops the connection without a word. */
  terminate?(): void
}

/** The global `WebSocket`, the class of `ws`, or one like them. */
export type WebSocketClass = new (url: string, ...rest: never[]) => WebSocketLike

/** The platform's, where there is one: from Node 22 on. */
export async function loadWebSocketClass(): Promise<WebSocketClass> {
  const { WebSocket: builtIn } = globalThis as { WebSocket?: unknown }
  if (builtIn !== undefined) return builtIn as WebSocketClass
  const { WebSocket } = await loadPeer('fromWebSocket', 'ws@8', () => import('ws'))
  return WebSocket as unknown as WebSocketClass
}

export interface ConnectOptions {
  readonly protocols: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** Bytes, where the class can be told. */
  readonly maxMessageSize: number
}

type AnyWebSocketClass = new (url: string, ...rest: unknown[]) => WebSocketLike

/** `ws` and the platform's class take headers in their own ways. */
export function connectWebSocket(
  Class: WebSocketClass,
  url: string,
  { protocols, headers, maxMessageSize }: ConnectOptions,
): WebSocketLike {
  const Any = Class as unknown as AnyWebSocketClass
  const named = [...protocols]
  if (canPause(Class)) return new Any(url, named, { headers, maxPayload: maxMessageSize })
  return Object.keys(headers).length === 0 ? new Any(url, named) : new Any(url, { protocols: named, headers })
}

export function canPause(Class: WebSocketClass): boolean {
  return typeof (Class.prototype as WebSocketLike).pause === 'function'
}

export function canPing(Class: WebSocketClass): boolean {
  return typeof (Class.prototype as WebSocketLike).ping === 'function'
}
