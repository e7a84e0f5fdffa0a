/** Entries of worker threads lie beside whoever starts them: as JavaScript once built, as TypeScript in a test. */

/** @param from the `import.meta.url` of whoever asks */
export function siblingEntry(name: string, from: string): URL {
  return new URL(`./${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from)
}
