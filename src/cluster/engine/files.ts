/** Large content, by the hash of its bytes: written once, the same for ever. */
export interface Files {
  /** @param hash SHA-256 in hexadecimal digits */
  has(hash: string): Promise<boolean>
  /** @throws EngineError when the bytes do not have that hash. */
  put(hash: string, bytes: Uint8Array): Promise<void>
  /** Verified. Null: there is none. */
  get(hash: string): Promise<Uint8Array | null>
  delete(hash: string): Promise<void>
}
