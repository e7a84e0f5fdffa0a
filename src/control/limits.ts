/** How much of everything the control API bears. */

import { SNAPSHOTS_PER_SECOND } from '../core/live.ts'

export const MOST_BODY_BYTES = 64 * 1024
export const MOST_HEADER_BYTES = 16 * 1024
/** Of objects and lists inside each other, in a body. */
export const MOST_DEPTH = 32
/** Connections at a time, listeners included; more are closed at once. */
export const MOST_CONNECTIONS = 128
/** A request that has not arrived whole by then is given up. */
export const REQUEST_WITHIN_MS = 10_000
/** Requests under way have so long when the server closes. */
export const CLOSE_WITHIN_MS = 1_000

export const MOST_CHANGES = 100
export const MOST_LISTED = 1_000
export const MOST_TTL_MS = 24 * 3_600_000
/** Of an answer: reasons, and characters of each. */
export const MOST_REASONS = 50
export const MOST_REASON_LENGTH = 300

export const MOST_LISTENERS = 16
/** A listener with more than this waiting for it is dropped. */
export const MOST_WAITING_BYTES = 1024 * 1024
export const HEARTBEAT_MS = 10_000
export const SNAPSHOT_EVERY_MS = 1_000 / SNAPSHOTS_PER_SECOND

/** At the client: of one event, and of any other answer. */
export const MOST_EVENT_CHARS = 4 * 1024 * 1024
export const MOST_ANSWER_BYTES = 4 * 1024 * 1024
export const ANSWER_WITHIN_MS = 30_000
/** A stream that says nothing for so long is lost: three heartbeats. */
export const SILENT_AT_MOST_MS = 3 * HEARTBEAT_MS
/** Before each further try to listen again; the last one is kept. */
export const RECONNECT_PAUSES_MS: readonly number[] = [250, 500, 1_000, 2_000]
/** Tries in a row without a single event, then it is given up. */
export const MOST_RECONNECTS = 10
