import type { DefinitionSite } from '../errors/definition-site.ts'

type Tell = () => DefinitionSite | undefined

/** What a class extends to add its private fields to an object of others. */
class Given {
  constructor(node: object) {
    // The one way to a private field in a plain object.
    return node
  }
}

/** Who tells the site of a node: hidden in the node, so that it is the plain data that it looks like. */
class Teller extends Given {
  readonly #tell: Tell

  constructor(node: object, tell: Tell) {
    super(node)
    this.#tell = tell
  }

  static site(this: void, node: object): DefinitionSite | undefined {
    return (node as Teller).#tell()
  }
}

/** One getter for all nodes: with one of its own each would get a hidden class of its own, which costs ten times as much. */
const site: PropertyDescriptor = {
  enumerable: true,
  get(this: object) {
    return Teller.site(this)
  },
}

/** Adds `site` to a node, told when somebody asks: formatting a stack costs more than all else of recording. */
export function addLazySite<T extends object>(node: T, tell: Tell): T {
  new Teller(node, tell)
  return Object.defineProperty(node, 'site', site)
}
