/** docs/openapi.yaml as something to hold answers against. */

import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

export interface Answer {
  readonly status: number
  /** Media type without parameters; empty when there is none. */
  readonly type: string
  readonly text: string
}

interface Content {
  readonly [type: string]: { readonly schema: object; readonly 'x-item-schema'?: object }
}
interface ResponseDocument {
  readonly $ref?: string
  readonly content?: Content
}
interface Known {
  readonly body: string
  readonly answer: string
}
interface OpenApi {
  readonly openapi: string
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, ResponseDocument> }>>
  readonly components: {
    readonly responses: Record<string, ResponseDocument>
    readonly schemas: Record<string, object>
  }
  readonly 'x-services': Record<string, { effects: Record<string, Known>; queries: Record<string, Known> }>
}

export interface Contract {
  readonly document: OpenApi
  /** What is wrong with an answer; empty when nothing is. Remembers that this status was seen on this path. */
  check(service: string, method: string, path: string, answer: Answer): string[]
  /** What is wrong with a request's body, as the service and effect in the path have it. */
  checkBody(service: string, path: string, body: unknown): string[]
  /** `POST /do/{effect} 409` for everything documented that no checked answer was an example of. */
  unseen(): string[]
}

const ROOT = 'contract'

/** What buyers send, by the path that they come to. */
const BUYERS_BODIES: Readonly<Record<string, string>> = {
  '/orders': 'Wish',
  '/stock': 'StockLook',
  '/notifications': 'Subscription',
  '/payments': 'Wish',
}

export function readContract(file: URL): Contract {
  const document = parse(readFileSync(file, 'utf8')) as OpenApi
  // The document's own keywords stand between the schemas.
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  ajv.addSchema(document, ROOT)
  const compiled = new Map<string, ValidateFunction>()
  const seen = new Set<string>()

  function problemsOf(schema: object, value: unknown, about: string): string[] {
    // References inside the document are to its root.
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${ROOT}#/`)
    const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object)
    compiled.set(text, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${about}${instancePath}: ${message}`)
  }

  const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` })
  /** The lab's own services say nothing that the document does not know, although readers must bear it. */
  const closed = (schema: object) => ({ allOf: [schema], unevaluatedProperties: false })

  function contentOf(route: Route, status: number): Content | undefined {
    const response = document.paths[route.path]?.[route.method]?.responses[String(status)]
    const name = response?.$ref?.split('/').at(-1)
    return name === undefined ? response?.content : document.components.responses[name]?.content
  }

  function knownOf(service: string, route: Route): Known | undefined {
    const { effects = {}, queries = {} } = document['x-services'][service] ?? {}
    return (route.operation === 'query' ? queries : effects)[route.effect]
  }

  function checkLines(text: string, schema: object): string[] {
    const lines = text.split('\n').slice(0, -1)
    if (text !== '' && !text.endsWith('\n')) return ['the last line has no end']
    return lines.flatMap((line, index) => problemsOf(closed(schema), JSON.parse(line), `line ${index + 1}`))
  }

  function checkJson(service: string, route: Route, { status, type, text }: Answer, schema: object): string[] {
    const value: unknown = JSON.parse(text)
    const known =
      status === 200 && ['do', 'prepare', 'query'].includes(route.operation) ? knownOf(service, route) : undefined
    const exact =
      known && (route.operation === 'prepare' ? { allOf: [refer('Vote'), refer(known.answer)] } : refer(known.answer))
    return [
      ...problemsOf(type === 'application/problem+json' ? closed(schema) : schema, value, 'body'),
      ...problemsOf(closed(exact ?? schema), value, 'body'),
    ]
  }

  return {
    document,
    check(service, method, path, answer) {
      const route = routeOf(method, path)
      const content = contentOf(route, answer.status)
      const name = `${method} ${route.path} ${answer.status}`
      if (!content) return [`${name} is not documented: ${answer.text}`]
      seen.add(name)
      const media = content[answer.type]
      if (!media) return [`${name}: the content type '${answer.type}' is not documented`]
      const lines = media['x-item-schema']
      const problems = lines ? checkLines(answer.text, lines) : checkJson(service, route, answer, media.schema)
      return problems.map((problem) => `${name}: ${problem} in ${answer.text.slice(0, 500)}`)
    },
    checkBody(service, path, body) {
      const route = routeOf('POST', path)
      const buyersBody = BUYERS_BODIES[route.path]
      if (buyersBody) return problemsOf(refer(buyersBody), body, 'request')
      const known = ['do', 'prepare', 'query'].includes(route.operation) ? knownOf(service, route) : undefined
      return known ? problemsOf(refer(known.body), body, 'request') : []
    },
    unseen: () =>
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, { responses }]) =>
          Object.keys(responses)
            .map((status) => `${method.toUpperCase()} ${path} ${status}`)
            .filter((name) => !seen.has(name)),
        ),
      ),
  }
}

interface Route {
  readonly method: string
  readonly path: string
  readonly operation: string
  readonly effect: string
}

/** `/do/charge` is an example of `/do/{effect}`. */
function routeOf(method: string, path: string): Route {
  const [, operation = '', effect] = path.split('/')
  return {
    method: method.toLowerCase(),
    path: effect === undefined ? path : `/${operation}/{effect}`,
    operation,
    effect: effect ?? '',
  }
}
