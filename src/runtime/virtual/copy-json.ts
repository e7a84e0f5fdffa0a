import type { Json, JsonObject } from '../../core/call.ts'

/**
 * A message's copy, so that nothing one side does with it can be seen by the other. As over HTTP: what JSON cannot say does not
 * arrive. By hand, since most messages are a flat object of a few members, for which writing and reading text costs ten times more.
 */
export function copyJson<T extends JsonObject>(value: T): T {
  return copyMembers(value) as T
}

function copyMembers(value: JsonObject): JsonObject {
  const copy: Record<string, Json> = {}
  for (const name in value) {
    const member = value[name]
    if (member === undefined || typeof member === 'function') continue
    copy[name] = copyValue(member)
  }
  return copy
}

function copyValue(value: Json): Json {
  switch (typeof value) {
    case 'object':
      if (value === null) return null
      return isList(value) ? value.map((item) => (item === undefined ? null : copyValue(item))) : copyMembers(value)
    case 'number':
      if (!Number.isFinite(value)) return null
      // There is no negative nothing in what `JSON.stringify` writes.
      return value === 0 ? 0 : value
    default:
      return value
  }
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value)
}
