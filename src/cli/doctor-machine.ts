/** What `faultline doctor` asks of a machine, so that tests can hand in one that lacks something. */

/** Services listen here: see `src/runtime/real/listen.ts`. */
export const FIRST_PORT = 20_000
export const LAST_PORT = 31_999

export interface OpenedPorts {
  readonly opened: number
  /** Tries that met a port which somebody else has. */
  readonly busy: number
  /** Why nothing more could be opened; null: nothing was in the way. */
  readonly fault: string | null
  /** Whether one of them answered over 127.0.0.1. */
  readonly answered: boolean
}

export interface TerminalFacts {
  readonly columns: number
  readonly rows: number
  /** Bits of colour: 1 (none), 4, 8 or 24. */
  readonly colorBits: number
}

export interface Disk {
  /** For the user who asks, quota aside; null: the system does not say. */
  readonly freeBytes: number | null
  /** Why nothing can be written; null: it can. */
  readonly fault: string | null
}

export interface Machine {
  readonly platform: string
  /** `bundled`: the one in node_modules. */
  node(): { readonly version: string; readonly bundled: boolean }
  /** That this process may use, whatever the machine has. */
  cores(): number
  /** Where a container has a limit, that is the total. */
  memory(): { readonly totalBytes: number; readonly availableBytes: number }
  /** Listens on so many ports of the range at once, lets one answer, and closes them all. */
  openPorts(count: number): Promise<OpenedPorts>
  variable(name: string): string | undefined
  /** Leaves nothing behind. */
  disk(folder: string): Disk
  /** Files and sockets that a process may have open; null: no limit, or the system does not say. */
  mostOpenFiles(): number | null
  /** How far the time of day has moved against the time that passes since this process began. */
  clockStepMs(): number
  /** Null: the output is no terminal. */
  terminal(): TerminalFacts | null
  /** Of a checkout: whether its packages and dist/ are those of its files. Null: this is a package. */
  checkout(): Promise<{ readonly installed: boolean; readonly built: boolean } | null>
  /** Draws with the library of the PNG charts, in a process of its own. */
  draw(): Promise<{ readonly fonts: number } | { readonly fault: string }>
  /** Null: there is none on the PATH. */
  findChromium(): string | null
}

/** `works-but`: a run works, and something else does not, or not well. */
export type Severity = 'fine' | 'works-but' | 'does-not-work'

export interface Finding {
  readonly severity: Severity
  /** What is so. */
  readonly says: string
  /** What to do about it; null: nothing. */
  readonly todo: string | null
  readonly measured: Readonly<Record<string, number | string | boolean | null>>
}

export interface Check {
  readonly name: string
  look(machine: Machine, folder: string): Finding | Promise<Finding>
}

export interface Examined extends Finding {
  readonly name: string
}
